//go:build amd64 && !purego

package kernel

import (
	"math/bits"
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go run ./asm/main.go ./asm/lanes.go ./asm/delta64.go ./asm/exp64.go ./asm/nonzero.go ./asm/prefetch.go -pkg kernel -out kernels_amd64.s -stubs stubs_amd64.go

// chunk is the number of neurons that one call of an assembly kernel updates at most. Assembly
// cannot be preempted, and a garbage collection waits for it: 4 Ki neurons take a microsecond or two
// from cache, and well below a millisecond when every access misses.
const chunk = 4 << 10

// spikeBits has a bit for each neuron of a chunk, set by an assembly kernel where the neuron fires.
//
// The kernels mark spikes instead of listing them because a branch on a spike inside them would be
// mispredicted at every spike, and resolved only after the whole chain of arithmetic before it: some
// hundred cycles. A branch on a finished word costs a fifth of that.
type spikeBits [chunk / 64]uint64

// list appends the indices of the first n neurons that fired, first+i for bit i in ascending order,
// to out, and begins their rest.
func (s *spikeBits) list(n int, ref []int32, refractory int32, first uint32, out []uint32) []uint32 {
	for k, word := range s[:(n+63)/64] {
		for ; word != 0; word &= word - 1 {
			i := k*64 + bits.TrailingZeros64(word)
			ref[i] = refractory
			out = append(out, first+uint32(i))
		}
	}
	return out
}

// detect gives the highest level whose instructions the processor has and the operating system
// keeps the registers of.
func detect() Level {
	switch x := &cpu.X86; {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL:
		return AVX512
	case x.HasAVX2:
		return AVX2
	}
	return Portable
}

// delta64Vector is Delta64 by assembly: chunks of whole vectors, and the portable loop for the less
// than eight neurons that remain.
func delta64Vector(level Level, v, drive []float64, ref, in []int32, c *DeltaConst, first uint32, out []uint32) []uint32 {
	for len(v) >= 8 {
		var fired spikeBits
		n := min(len(v)&^7, chunk)
		if level == AVX512 {
			delta64AVX512(&v[0], &drive[0], &ref[0], &in[0], n, c, &fired[0])
		} else {
			delta64AVX2(&v[0], &drive[0], &ref[0], &in[0], n, c, &fired[0])
		}
		out = fired.list(n, ref, c.Refractory, first, out)
		v, drive, ref, in, first = v[n:], drive[n:], ref[n:], in[n:], first+uint32(n)
	}
	return delta64Portable(v, drive, ref, in, c, first, out)
}

// exp64Vector is Exp64 by assembly, cut in the same way.
func exp64Vector(level Level, v, iex, iin, drive []float64, ref, inEx, inIn []int32, c *ExpConst, first uint32, out []uint32) []uint32 {
	for len(v) >= 8 {
		var fired spikeBits
		n := min(len(v)&^7, chunk)
		if level == AVX512 {
			exp64AVX512(&v[0], &iex[0], &iin[0], &drive[0], &ref[0], &inEx[0], &inIn[0], n, c, &fired[0])
		} else {
			exp64AVX2(&v[0], &iex[0], &iin[0], &drive[0], &ref[0], &inEx[0], &inIn[0], n, c, &fired[0])
		}
		out = fired.list(n, ref, c.Refractory, first, out)
		v, iex, iin, drive = v[n:], iex[n:], iin[n:], drive[n:]
		ref, inEx, inIn, first = ref[n:], inEx[n:], inIn[n:], first+uint32(n)
	}
	return exp64Portable(v, iex, iin, drive, ref, inEx, inIn, c, first, out)
}

// nonzero32Vector is Nonzero32 by assembly: chunks of whole words, and the portable loop for the rest.
func nonzero32Vector(level Level, in []int32, marks []uint64) {
	for len(in) >= 64 {
		n := min(len(in)&^63, chunk)
		if level == AVX512 {
			nonzero32AVX512(&in[0], n, &marks[0])
		} else {
			nonzero32AVX2(&in[0], n, &marks[0])
		}
		in, marks = in[n:], marks[n/64:]
	}
	nonzeroPortable(in, marks)
}

// nonzero64Vector is Nonzero64 by assembly, cut in the same way.
func nonzero64Vector(level Level, in []int64, marks []uint64) {
	for len(in) >= 64 {
		n := min(len(in)&^63, chunk)
		if level == AVX512 {
			nonzero64AVX512(&in[0], n, &marks[0])
		} else {
			nonzero64AVX2(&in[0], n, &marks[0])
		}
		in, marks = in[n:], marks[n/64:]
	}
	nonzeroPortable(in, marks)
}

// PrefetchRow asks the processor to bring lines cache lines of 64 bytes, from that of p on, into its
// caches, and does not wait for them. It never faults, whatever p is; lines <= 0 does nothing.
//
// Delivery asks for the synapses of a spike a few spikes ahead: rows are short and lie anywhere in
// memory, so that the processor cannot foresee them.
func PrefetchRow(p unsafe.Pointer, lines int) { prefetchLines((*byte)(p), lines) }

// PrefetchIndexed asks, for each of the listed elements of x, for its cache line, and does not wait.
// Scattered work on arrays that do not fit into a cache calls it one block of indices ahead.
func PrefetchIndexed[T Element](x []T, index []uint32) {
	if len(index) > 0 && len(x) > 0 {
		prefetchIndexed((*byte)(unsafe.Pointer(&x[0])), &index[0], len(index), uint64(bits.TrailingZeros64(uint64(unsafe.Sizeof(x[0])))))
	}
}
