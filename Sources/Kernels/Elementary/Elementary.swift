/// Elementary functions with the same bits on every machine.
///
/// The C library's differ between systems. These are polynomials, evaluated by Horner's rule with a fused
/// multiply-add for each coefficient, between reductions and reconstructions that are exact or rounded once;
/// there is no table and no branch. A number and a vector that holds it give the same bits.
///
/// `scripts/minimax.py` derives the coefficients.
public enum Elementary {}

extension SIMD8 where Scalar: BinaryFloatingPoint {
  /// c + self · x: one step of Horner's rule, rounded once.
  @inlinable @inline(__always)
  func times(_ x: Self, plus c: Scalar) -> Self { Self(repeating: c).addingProduct(self, x) }
}
