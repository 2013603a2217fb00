/// Page-aligned memory for numbers, freed when its last view goes.
public final class Memory<Scalar: KernelScalar>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Scalar>
  /// The number of elements.
  public let count: Int

  /// Vectors may be read, never written, this many elements past the end of any view.
  static var slack: Int { 16 }

  /// Memory for `count` zeros.
  public init(count: Int) {
    require(count >= 0)
    self.count = count
    let bytes = (count + Self.slack) * MemoryLayout<Scalar>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    start = raw.assumingMemoryBound(to: Scalar.self)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  /// A view of all of it.
  public var view: View<Scalar> { View(self, offset: 0, count: count) }
}

/// A run of numbers in a ``Memory``, which it keeps alive.
///
/// Views are references: what one writes, another over the same numbers reads.
public struct View<Scalar: KernelScalar>: @unchecked Sendable {
  let memory: Memory<Scalar>
  @usableFromInline let pointer: UnsafeMutablePointer<Scalar>
  /// The number of elements.
  public let count: Int

  init(_ memory: Memory<Scalar>, offset: Int, count: Int) {
    require(offset >= 0 && count >= 0 && offset + count <= memory.count)
    (self.memory, self.count) = (memory, count)
    pointer = memory.start + offset
  }

  /// A view of new memory for `count` zeros.
  public init(zeros count: Int) { self = Memory<Scalar>(count: count).view }

  /// A view of new memory with these values.
  public init(_ values: [Scalar]) {
    self.init(zeros: values.count)
    copy(from: values)
  }

  /// Eight elements, from element 8 × `vector` on.
  ///
  /// - Precondition: they lie in the view; this is checked in debug builds only.
  @inlinable
  public subscript(vector index: Int) -> SIMD8<Scalar> {
    @inline(__always) get {
      assert(index >= 0 && 8 * index + 8 <= count)
      return load(pointer + 8 * index)
    }
    @inline(__always) nonmutating set {
      assert(index >= 0 && 8 * index + 8 <= count)
      store(newValue, pointer + 8 * index)
    }
  }

  /// A part of this view.
  public subscript(range: Range<Int>) -> View {
    require(range.lowerBound >= 0 && range.upperBound <= count)
    return View(memory, offset: pointer - memory.start + range.lowerBound, count: range.count)
  }

  /// One element.
  public subscript(index: Int) -> Scalar {
    get {
      require(index >= 0 && index < count)
      return pointer[index]
    }
    nonmutating set {
      require(index >= 0 && index < count)
      pointer[index] = newValue
    }
  }

  /// The elements as an array.
  public var array: [Scalar] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Replaces all elements.
  public func copy(from values: [Scalar]) {
    require(values.count == count)
    values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { pointer.update(from: base, count: count) }
    }
  }

  /// Replaces the first elements by those of another view, which does not overlap this one.
  public func copy(from other: View) {
    require(other.count <= count)
    pointer.update(from: other.pointer, count: other.count)
  }

  /// Sets every element.
  public func fill(_ value: Scalar) { fillRun(pointer, count, value) }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func fillRun<S: KernelScalar>(_ x: UnsafeMutablePointer<S>, _ count: Int, _ value: S) {
  for index in 0..<count { x[index] = value }
}
