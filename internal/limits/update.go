package limits

import (
	"context"
	"fmt"
	"time"
	"unsafe"

	"couplet/internal/mem"
	"couplet/internal/rng"
)

const (
	// indexCount is the length of each thread's index stream: 16 MiB, more than a core's own caches,
	// since synapses come from farther away than the neurons that they change.
	indexCount = 4 << 20
	// updatesPerRepetition is the part of the stream that a repetition walks through: 1 ms in the
	// first cache, 10 ms in memory.
	updatesPerRepetition = 1 << 20
)

// RandomUpdates measures how many scattered 32-bit integers the machine can read, change and write
// back per second: acc[index]++ for a stream of random indices, for each thread an array of its
// own. That is delivery of spikes reduced to its core. The rates are ordered by threads, then
// footprint.
//
// It allocates 16 MiB and the largest footprint for each thread, and frees them.
func RandomUpdates(ctx context.Context, o Options) ([]Rate, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	most, largest := o.Threads[len(o.Threads)-1], o.Footprints[len(o.Footprints)-1]
	if err := affordable(uint64(most) * uint64(largest+4*indexCount)); err != nil {
		return nil, err
	}
	threads, free, err := newUpdaters(most, largest)
	defer free()
	if err != nil {
		return nil, err
	}
	budget := o.Budget / time.Duration(len(o.Threads)*len(o.Footprints))
	var rates []Rate
	for _, n := range o.Threads {
		for _, bytes := range o.Footprints {
			r, err := repeat(ctx, budget, float64(n*updatesPerRepetition), func() time.Duration {
				return together(n, func(thread int) { threads[thread].run(bytes / 4) })
			})
			if err != nil {
				return nil, err
			}
			r.Threads, r.Bytes = n, bytes
			rates = append(rates, r)
		}
	}
	return rates, nil
}

// updater is what one thread works on.
type updater struct {
	acc   []int32
	index []uint32
	at    int // where in the stream the next repetition begins
}

// newUpdaters makes n updaters with arrays of the given size. The function free gives their memory
// back; it is valid also with an error.
func newUpdaters(n, bytes int) (threads []updater, free func(), err error) {
	var frees []func()
	free = func() {
		for _, f := range frees {
			f()
		}
	}
	for thread := range n {
		acc, err := mem.TryAlloc[int32](bytes / 4)
		if err != nil {
			return nil, free, fmt.Errorf("limits: no memory for the updated array of thread %d of %d: %w", thread+1, n, err)
		}
		frees = append(frees, acc.Free)
		index, err := mem.TryAlloc[uint32](indexCount)
		if err != nil {
			return nil, free, fmt.Errorf("limits: no memory for the index stream of thread %d of %d: %w", thread+1, n, err)
		}
		frees = append(frees, index.Free)
		fillIndex(index.Slice(), uint64(thread))
		touch(acc.Slice())
		threads = append(threads, updater{acc: acc.Slice(), index: index.Slice()})
	}
	return threads, free, nil
}

// fillIndex draws random words, of which update takes as many bits as it needs.
func fillIndex(index []uint32, thread uint64) {
	key := rng.NewKey(1, rng.Test, thread)
	for i := range index {
		index[i] = uint32(key.Uint64(uint64(i)))
	}
}

// touch writes to every page, so that the system provides it before the clock runs.
func touch(acc []int32) {
	for i := 0; i < len(acc); i += 1024 {
		acc[i] = 0
	}
}

// run updates the first slots elements, a power of two, with the next part of the stream.
func (u *updater) run(slots int) {
	update(u.acc[:slots], u.index[u.at:u.at+updatesPerRepetition])
	u.at = (u.at + updatesPerRepetition) % len(u.index)
}

// update adds one to acc[x/4 mod len(acc)] for each x of index: x is taken as an offset in bytes. The
// length of acc is a power of two. It goes without bounds checks, to be a limit for code that has
// them: the mask keeps every address inside acc.
func update(acc []int32, index []uint32) {
	base := unsafe.Pointer(unsafe.SliceData(acc))
	mask := uintptr(len(acc)-1) * 4
	for _, x := range index {
		*(*int32)(unsafe.Add(base, uintptr(x)&mask))++
	}
}
