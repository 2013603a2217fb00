"""The random streams of inertia, written again in numpy from the description in
Sources/Randomness/RandomStream.swift.

Run as a program it prints the golden values that Tests/RandomnessTests holds.
"""

import numpy as np

PURPOSES = {
    "initialization": 1,
    "order": 2,
    "augmentation": 3,
    "dropout": 4,
    "perturbation": 5,
    "synthetic": 6,
    "bootstrap": 7,
    "curvature": 8,
    "batches": 9,
    "diffusion": 16,
}
MASK = 0xFFFFFFFF


def philox(counter, key):
    """Philox 4x32-10: four words for each counter, a uint32 array of shape (..., 4)."""
    c = [np.asarray(counter[..., i], dtype=np.uint64) for i in range(4)]
    k0, k1 = key
    for r in range(10):
        if r > 0:
            k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
        first = c[0] * np.uint64(0xD2511F53)
        second = c[2] * np.uint64(0xCD9E8D57)
        high, low = np.uint64(32), np.uint64(MASK)
        c = [
            (second >> high) ^ c[1] ^ np.uint64(k0),
            second & low,
            (first >> high) ^ c[3] ^ np.uint64(k1),
            first & low,
        ]
    return np.stack(c, axis=-1).astype(np.uint32)


class RandomStream:
    """The stream of a seed, a purpose (by name) and two indices."""

    def __init__(self, seed, purpose, index=0, subindex=0):
        seed &= (1 << 64) - 1
        self.key = (seed & MASK, seed >> 32)
        self.stream = (subindex, index, PURPOSES[purpose])
        self.position = 0

    def words(self, count):
        """The next `count` words."""
        first, last = self.position // 4, (self.position + count + 3) // 4
        counter = np.empty((last - first, 4), dtype=np.uint32)
        counter[:, 0] = np.arange(first, last)
        counter[:, 1:] = self.stream
        skip = self.position - 4 * first
        self.position += count
        return philox(counter, self.key).reshape(-1)[skip : skip + count]

    def uniform(self, count):
        """The next `count` numbers in [0, 1), float32."""
        return (self.words(count) >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)

    def uniform_double(self, count):
        """The next `count` numbers in [0, 1), float64."""
        pairs = self.words(2 * count).astype(np.uint64).reshape(count, 2)
        bits = pairs[:, 0] << np.uint64(32) | pairs[:, 1]
        return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, n):
        """The next number in 0, ..., n - 1."""
        refused = (1 << 32) % n
        while True:
            product = int(self.words(1)[0]) * n
            if product & MASK >= refused:
                return product >> 32

    def permutation(self, n):
        """The numbers 0, ..., n - 1 in random order."""
        order = list(range(n))
        # All words at once, since nearly none is refused; word by word where one is.
        start, words = self.position, self.words(max(n - 1, 0))
        used = 0
        for i in range(n - 1, 0, -1):
            refused = (1 << 32) % (i + 1)
            while True:
                if used < len(words):
                    word = int(words[used])
                else:
                    word = int(self.words(1)[0])
                used += 1
                product = word * (i + 1)
                if product & MASK >= refused:
                    break
            j = product >> 32
            order[i], order[j] = order[j], order[i]
        self.position = start + used
        return order


if __name__ == "__main__":
    stream = RandomStream(0x0123456789ABCDEF, "order", index=7, subindex=3)
    print("words", [f"0x{w:08X}" for w in stream.words(10)])
    print("uniform", RandomStream(42, "initialization", index=5).uniform(4).tolist())
    print("double", RandomStream(-1, "bootstrap").uniform_double(4).tolist())
    stream = RandomStream(1, "synthetic")
    print("below", [stream.below(n) for n in (1, 2, 10, 1000, 1 << 32) + ((1 << 31) + 1,) * 8])
    print("position", stream.position)
    print("permutation", RandomStream(0, "order", index=1).permutation(10))
    order = RandomStream(2, "order", index=3).permutation(60_000)
    print("long permutation", order[:5], order[-5:])
