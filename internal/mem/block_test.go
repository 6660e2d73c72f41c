package mem

import (
	"math"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sizes in elements, on both sides of every limit for one- to eight-byte
// elements.
var sizes = []int{0, 1, 3, 15, 16, 17, 1000, mapFrom/8 - 1, mapFrom / 8, mapFrom/4 - 1, mapFrom / 4, mapFrom, mapFrom + 1, hugePage, hugePage + 1, 3*hugePage - Slack, 3*hugePage - Slack + 1}

func TestAlloc(t *testing.T) {
	t.Run("int8", testAlloc[int8])
	t.Run("uint8", testAlloc[uint8])
	t.Run("int16", testAlloc[int16])
	t.Run("uint32", testAlloc[uint32])
	t.Run("int64", testAlloc[int64])
	t.Run("float32", testAlloc[float32])
	t.Run("float64", testAlloc[float64])
	type weight float32
	t.Run("named", testAlloc[weight])
}

func testAlloc[T Element](t *testing.T) {
	for _, n := range sizes {
		b := Alloc[T](n)
		s := b.Slice()
		require.Len(t, s, n)
		require.Equal(t, n, cap(s), "append must not run into the slack")
		require.Equal(t, n, b.Len())
		var zero T
		require.EqualValues(t, n*int(unsafe.Sizeof(zero)), b.Bytes())
		requireZeroed(t, s)
		requireAligned(t, unsafe.Pointer(unsafe.SliceData(s)), b.Bytes())
		for i := range s { // every element can be written
			s[i] = 1
		}
		b.Free()
		require.Nil(t, b.Slice())
	}
}

// requireZeroed reads a slice and the slack behind it.
func requireZeroed[T Element](t *testing.T, s []T) {
	t.Helper()
	var zero T
	size := len(s) * int(unsafe.Sizeof(zero))
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), size+Slack)
	for i, b := range bytes {
		if b != 0 {
			require.Zero(t, b, "byte %d of %d", i, size)
		}
	}
}

func requireAligned(t *testing.T, p unsafe.Pointer, size uint64) {
	t.Helper()
	require.Zero(t, uintptr(p)%align)
	if canMap && size >= mapFrom {
		require.Zero(t, uintptr(p)%hugePage)
	}
}

// TestReuse allocates over and over what was written to and freed before: it
// has to come back zeroed, and must not pile up.
func TestReuse(t *testing.T) {
	for range 20 {
		b := Alloc[uint32](hugePage)
		s := b.Slice()
		require.Zero(t, s[0])
		require.Zero(t, s[len(s)-1])
		s[0], s[len(s)-1] = 1, 1
		b.Free()
	}
}

func TestFreeTwice(t *testing.T) {
	for _, n := range []int{10, mapFrom} {
		b := Alloc[float64](n)
		c := b // the same block
		b.Free()
		require.Nil(t, c.Slice())
		require.Zero(t, c.Len())
		require.Zero(t, c.Bytes())
		c.Free()
		b.Free()
	}
	var none Block[uint32]
	require.Nil(t, none.Slice())
	none.Free()
}

// TestFreeAtOnce frees one block from many goroutines: its memory goes back
// once.
func TestFreeAtOnce(t *testing.T) {
	released := make(chan region, 10)
	b := adopt(make([]uint32, 4), region{size: 16}, func(r region) { released <- r })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(b.Free)
	}
	wg.Wait()
	require.Len(t, released, 1)
	require.Equal(t, region{size: 16}, <-released)
}

// TestDrop drops blocks without freeing them: the garbage collector gives their
// memory back. One that was freed before is not given back again.
func TestDrop(t *testing.T) {
	released := make(chan uintptr, 10)
	release := func(r region) { released <- r.size }
	func() {
		adopt(make([]uint32, 4), region{size: 1}, release)
		adopt(make([]uint32, 4), region{size: 2}, release).Free()
	}()
	got := map[uintptr]int{}
	collect := func(blocks int) {
		for len(got) < blocks {
			runtime.GC()
			select {
			case size := <-released:
				got[size]++
			case <-time.After(time.Millisecond): // collect again
			}
		}
	}
	collect(2)
	// A block dropped now is seen by a later collection, at which the first two
	// are long gone.
	func() { adopt(make([]uint32, 4), region{size: 3}, release) }()
	collect(3)
	require.Equal(t, map[uintptr]int{1: 1, 2: 1, 3: 1}, got)
	require.Empty(t, released)
}

// TestKeep shows the rule of ownership: as long as the Block is kept alive, no
// collection gives the memory back.
func TestKeep(t *testing.T) {
	released := make(chan region, 1)
	b := adopt(make([]uint32, 4), region{size: 1}, func(r region) { released <- r })
	s := b.Slice()
	for range 5 {
		runtime.GC()
	}
	require.Empty(t, released)
	s[3] = 7
	require.EqualValues(t, 7, b.Slice()[3])
	b.Free()
	require.Len(t, released, 1)
}

func TestImpossibleSizes(t *testing.T) {
	for _, n := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt / 8, math.MaxInt/8 - Slack} {
		_, err := TryAlloc[float64](n)
		require.ErrorContains(t, err, "mem: ", "%d", n)
		require.Panics(t, func() { Alloc[float64](n) }, "%d", n)
	}
	_, err := TryAlloc[int8](-1)
	require.EqualError(t, err, "mem: impossible number of 1-byte elements (-1)")

	_, err = tryHeap[float64](math.MaxInt / 2)
	require.ErrorContains(t, err, "makeslice")
}

func TestWords32(t *testing.T) {
	for _, n := range sizes {
		w := Words32(n)
		require.Len(t, w, n)
		require.Equal(t, n, cap(w))
		requireZeroed(t, w)
		require.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(w)))%align)
		for i := range w {
			w[i] = math.MaxUint32
		}
	}
	require.Panics(t, func() { Words32(-1) })
}

// TestBlocksApart allocates blocks of random sizes, fills each with its own
// number, and checks that no block was written by another.
func TestBlocksApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var blocks []Block[uint16]
		for i := range rapid.IntRange(1, 6).Draw(t, "blocks") {
			n := rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(mapFrom/2-100, mapFrom/2+100)).Draw(t, "n")
			b := Alloc[uint16](n)
			s := b.Slice()
			for j := range s {
				s[j] = uint16(i + 1)
			}
			blocks = append(blocks, b)
		}
		for i, b := range blocks {
			for _, v := range b.Slice() {
				if v != uint16(i+1) {
					require.EqualValues(t, i+1, v)
				}
			}
			b.Free()
		}
	})
}
