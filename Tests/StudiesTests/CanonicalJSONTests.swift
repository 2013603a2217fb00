import Studies
import Testing

@Suite struct CanonicalJSONTests {
  /// The samples of RFC 8785, appendix B, as bits of a double.
  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"),
      (0x8000_0000_0000_0000, "0"),
      (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"),
      (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"),
      (0xC340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"),
      (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
      (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"),
      (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"),
      (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"),
      (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"),
      (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"),
      (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func numbersAreAsECMAScriptWritesThem(bits: UInt64, text: String) {
    #expect(canonicalNumber(Double(bitPattern: bits)) == text)
  }

  @Test(arguments: [(1.0, "1"), (1e-5, "0.00001"), (1e-7, "1e-7"), (0.1, "0.1"), (-12.5, "-12.5")])
  func everydayNumbers(value: Double, text: String) {
    #expect(canonicalNumber(value) == text)
  }

  /// The sample of RFC 8785, section 3.2.2, and the order of its section 3.2.3.
  @Test func keysAreSortedAndStringsEscaped() throws {
    let text = #"""
      {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
       "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}
      """#
    let value = try JSONValue(parsing: text)
    #expect(
      value.canonicalText == #"""
        {"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}
        """#)
    let keys = ["€", "\r", "\u{FB33}", "1", "😀", "\u{80}", "ö"]
    let object = JSONValue.object(Dictionary(uniqueKeysWithValues: keys.map { ($0, .null) }))
    #expect(
      object.canonicalText
        == "{\"\\r\":null,\"1\":null,\"\u{80}\":null,\"ö\":null,\"€\":null,\"😀\":null,\"\u{FB33}\":null}"
    )
  }

  @Test(arguments: [
    ("", "a value", 0), ("{", "a string", 1), ("[1,]", "a value", 3), ("01", "a number without", 0),
    ("1.", "a digit", 2), ("1e", "a digit", 2), ("-", "a value", 0), ("1 2", "the end", 2),
    ("\"a", "a closing quote", 2), ("\"\\x\"", "an escape", 2), ("\"\\ud800\"", "a pair", 7),
    ("{\"a\":1,\"a\":2}", "the key 'a' only once", 7), ("1e999", "a double can hold", 0),
    ("tru", "a value", 0), ("{\"a\" 1}", "':'", 5), ("\"\n\"", "a closing quote", 1),
  ])
  func whatIsNotJSONIsRefused(text: String, expected: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.expected.contains(expected) == true, "\(String(describing: error))")
    #expect(error?.offset == offset)
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    #expect(error?.description == "expected at most 64 levels of nesting at byte 64")
  }
}
