package mem

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"unsafe"
)

const (
	// Slack is the number of readable zero bytes behind the end of a block.
	Slack = 64

	// align is what every block's address is a multiple of: a cache line, and
	// the widest vector register.
	align = 64

	// hugePage is the size of a huge page, and what the address of a mapped
	// block is a multiple of.
	hugePage = 2 << 20

	// mapFrom is the size from which blocks are mapped: half a huge page, below
	// which the mapping would be mostly empty.
	mapFrom = 1 << 20
)

// Element is what a block may hold: numbers, and nothing with a pointer, as
// the garbage collector does not look into blocks.
type Element interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// Block is an array of numbers with an owner. Copies of a Block are the same
// block. The zero Block is empty and need not be freed.
type Block[T Element] struct {
	own *owner[T]
}

// owner is the part that the copies of a Block share.
type owner[T Element] struct {
	mu      sync.Mutex
	data    []T
	memory  region          // what is mapped; empty for memory of the Go heap
	release func(region)    // gives memory back; nil for memory of the Go heap
	cleanup runtime.Cleanup // calls release when the owner is dropped unfreed
}

// region is a piece of mapped memory.
type region struct {
	base unsafe.Pointer
	size uintptr
}

// Alloc returns a zeroed block of n elements. Like make it panics if n is
// negative or larger than the address space, which is an error in the caller;
// sizes that come from a user are checked with Available or by TryAlloc.
func Alloc[T Element](n int) Block[T] {
	b, err := TryAlloc[T](n)
	if err != nil {
		panic(err)
	}
	return b
}

// TryAlloc is Alloc with an error for a size that is impossible or that the
// system refuses. Systems that overcommit memory refuse little, and end the
// program when the memory is written to; see Available.
func TryAlloc[T Element](n int) (Block[T], error) {
	var zero T
	width := int(unsafe.Sizeof(zero))
	if n < 0 || n > (math.MaxInt-Slack-2*hugePage)/width {
		return Block[T]{}, fmt.Errorf("mem: impossible number of %d-byte elements (%d)", width, n)
	}
	bytes := uintptr(n * width)
	if !canMap || bytes < mapFrom {
		data, err := tryHeap[T](n)
		if err != nil {
			return Block[T]{}, fmt.Errorf("mem: no room for %s: %w", FormatBytes(uint64(bytes)), err)
		}
		return Block[T]{&owner[T]{data: data}}, nil
	}
	memory, err := mapHuge(bytes + Slack)
	if err != nil {
		return Block[T]{}, fmt.Errorf("mem: no room for %s: %w", FormatBytes(uint64(bytes)), err)
	}
	return adopt(unsafe.Slice((*T)(memory.base), n), memory, unmap), nil
}

// adopt makes a block of mapped memory. release is called once, with memory:
// by Free, or when the last copy of the block has been dropped.
func adopt[T Element](data []T, memory region, release func(region)) Block[T] {
	o := &owner[T]{data: data, memory: memory, release: release}
	o.cleanup = runtime.AddCleanup(o, release, memory)
	return Block[T]{o}
}

// tryHeap is alignedHeap with an error for a size beyond the address space, at
// which make panics.
func tryHeap[T Element](n int) (data []T, err error) {
	defer func() {
		if reason, ok := recover().(runtime.Error); ok {
			err = reason
		}
	}()
	return alignedHeap[T](n), nil
}

// alignedHeap returns n elements of the Go heap that start at a multiple of
// align and have Slack bytes of zeroes behind them. Objects of the Go heap do
// not move.
func alignedHeap[T Element](n int) []T {
	var zero T
	width := int(unsafe.Sizeof(zero))
	s := make([]T, n+(Slack+align)/width)
	skip := 0
	if rest := int(uintptr(unsafe.Pointer(&s[0])) % align); rest != 0 {
		skip = (align - rest) / width
	}
	return s[skip : skip+n : skip+n]
}

// Slice returns the elements, or nil once the block has been freed. The slice
// is valid until then and must not be used after; see the rule of ownership
// in the package documentation.
func (b Block[T]) Slice() []T {
	if b.own == nil {
		return nil
	}
	b.own.mu.Lock()
	defer b.own.mu.Unlock()
	return b.own.data
}

// Len returns the number of elements, 0 once the block has been freed.
func (b Block[T]) Len() int { return len(b.Slice()) }

// Bytes returns the size of the elements in bytes, 0 once the block has been
// freed.
func (b Block[T]) Bytes() uint64 {
	var zero T
	return uint64(b.Len()) * uint64(unsafe.Sizeof(zero))
}

// Free gives the memory back. Freeing again, through this copy of the block
// or another, does nothing.
func (b Block[T]) Free() {
	if b.own == nil {
		return
	}
	b.own.free()
}

func (o *owner[T]) free() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.data = nil
	if o.release == nil {
		return
	}
	o.cleanup.Stop()
	runtime.KeepAlive(o) // Stop is certain only while o is reachable
	o.release(o.memory)
	o.release = nil
}
