/// Traps if a condition does not hold, in every build.
///
/// The module is compiled with `-Ounchecked`, where `precondition` checks nothing and is believed.
@inline(__always)
func require(_ condition: Bool, _ message: @autoclosure () -> String = "a requirement is broken") {
  if !condition { fatalError(message()) }
}
