package rng

import (
	"math/bits"

	"couplet/internal/det"
)

// Key names a random stream: 2^64 random numbers, each reached directly by its
// counter. Keys are values; use NewKey and Sub to make them.
type Key struct{ a, b uint64 }

// NewKey returns the key for a purpose of the thing numbered id (a population,
// projection or stimulus) under the user's seed.
func NewKey(seed uint64, purpose Purpose, id uint64) Key {
	// The start is the fractional part of pi, "nothing up my sleeve".
	k := Key{0x243f6a8885a308d3, 0x13198a2e03707344}
	return k.Sub(seed).Sub(uint64(purpose)).Sub(id)
}

// Sub returns the key number index below k: the stream of one neuron, one row,
// one epoch. It may be applied again, and k.Sub(i) is unrelated to k and to
// k.Sub(j).
//
// For a given k different indices always give different keys, since either word
// of the result is a permutation of the index. That any two of n keys reached by
// different paths agree has a probability of about n^2/2^129.
func (k Key) Sub(index uint64) Key {
	a := mixA(index ^ k.a)
	// The second word depends on the index through a different permutation, and
	// on both words of k.
	b := mixB(index + k.b)
	return Key{a ^ k.b, mixA(b ^ bits.RotateLeft64(k.a, 32))}
}

// Uint64 returns number counter of the stream. For a given key it is a
// permutation: different counters give different numbers.
func (k Key) Uint64(counter uint64) uint64 {
	// With only a key that is added to the counter, the streams of all keys
	// would be one sequence begun at different places. Hence the second word,
	// which enters when the counter's bits are already spread.
	return mixB(mixA(counter+k.a) ^ k.b)
}

// mixA is a permutation of the 64-bit words in which each bit of the argument
// changes about half of the bits of the result: the finaliser of SplitMix64
// (variant 13 of Stafford's search for the constants of MurmurHash3).
func mixA(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// mixB is another such permutation: the finaliser of MurmurHash3.
func mixB(z uint64) uint64 {
	z = (z ^ z>>33) * 0xff51afd7ed558ccd
	z = (z ^ z>>33) * 0xc4ceb9fe1a85ec53
	return z ^ z>>33
}

// Float64 returns a uniform number of [0, 1): one of the multiples of 2^-53.
func (k Key) Float64(counter uint64) float64 {
	return float64(k.Uint64(counter)>>11) * 0x1p-53
}

// Open returns a uniform number of the open interval (0, 1), fit for
// logarithms and quantiles: one of the odd multiples of 2^-53, which lie
// symmetric about 1/2.
func (k Key) Open(counter uint64) float64 {
	return open(k.Uint64(counter))
}

// open takes 52 bits, so that the half added to them is exact: with 53 the
// largest would round to 1. The product, by a power of two, is exact as well.
func open(u uint64) float64 {
	return (float64(u>>12) + 0.5) * 0x1p-52
}

// Between returns a uniform number of [lo, hi], in steps of the width times
// 2^-53; hi itself comes up only by rounding. The product is rounded before the
// sum, so that the number is the same on machines that could fuse them. (Write
// float64() around the product when scaling random numbers by hand.)
func (k Key) Between(counter uint64, lo, hi float64) float64 {
	return lo + float64((hi-lo)*k.Float64(counter))
}

// Below returns a uniform whole number of [0, n), and 0 for n = 0. It is the
// upper half of the product of n and a 64-bit number, without rejection, so
// that one number costs one counter: probabilities differ from 1/n by less
// than 2^-64, which is no more than one part in 10^9 even for n = 2^34.
func (k Key) Below(counter, n uint64) uint64 {
	hi, _ := bits.Mul64(k.Uint64(counter), n)
	return hi
}

// Bernoulli returns true with probability p, in steps of 2^-53: never for
// p <= 0 or NaN, always for p >= 1.
func (k Key) Bernoulli(counter uint64, p float64) bool {
	return k.Float64(counter) < p
}

// Normal returns a normal number with mean 0 and variance 1, by inversion. As
// it comes from 52 bits, it lies within ±8.21.
func (k Key) Normal(counter uint64) float64 {
	return det.NormQuantile(k.Open(counter))
}

// NormalWith returns a normal number with the given mean and standard
// deviation, rounded as in Between.
func (k Key) NormalWith(counter uint64, mean, deviation float64) float64 {
	return mean + float64(deviation*k.Normal(counter))
}

// Exponential returns an exponential number with mean 1, by inversion. As it
// comes from 52 bits, it lies between 2^-53 and 36.8.
func (k Key) Exponential(counter uint64) float64 {
	return -det.Log(k.Open(counter))
}

// Stream returns the numbers of k one after the other from counter 0 on.
func (k Key) Stream() Stream { return Stream{Key: k} }

// Words returns the two words of the key, for checkpoints and logs.
func (k Key) Words() (a, b uint64) { return k.a, k.b }

// Stream is the sequential view of a Key. N is the counter of the next number:
// it is the whole state, and setting it moves the stream. The zero Stream is
// valid but unseeded. A Stream is for one goroutine.
type Stream struct {
	Key
	N uint64
}

// Next returns the next 64-bit number.
func (s *Stream) Next() uint64 {
	s.N++
	return s.Key.Uint64(s.N - 1)
}

// NextFloat64 returns the next uniform number of [0, 1).
func (s *Stream) NextFloat64() float64 {
	s.N++
	return s.Key.Float64(s.N - 1)
}

// NextOpen returns the next uniform number of (0, 1).
func (s *Stream) NextOpen() float64 {
	s.N++
	return s.Key.Open(s.N - 1)
}

// NextBelow returns the next uniform whole number of [0, n).
func (s *Stream) NextBelow(n uint64) uint64 {
	s.N++
	return s.Key.Below(s.N-1, n)
}

// NextNormal returns the next normal number, mean 0 and variance 1.
func (s *Stream) NextNormal() float64 {
	s.N++
	return s.Key.Normal(s.N - 1)
}

// NextExponential returns the next exponential number, mean 1.
func (s *Stream) NextExponential() float64 {
	s.N++
	return s.Key.Exponential(s.N - 1)
}

// Shuffle puts n things in random order by n-1 exchanges (Fisher and Yates,
// from the end), all orders being equally likely. It takes n-1 numbers of the
// stream. swap exchanges the things i and j; i may equal j.
func (s *Stream) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, int(s.NextBelow(uint64(i)+1)))
	}
}
