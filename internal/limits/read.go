package limits

import (
	"context"
	"fmt"
	"time"

	"couplet/internal/mem"
)

// StreamReads measures how many bytes per second the machine reads from consecutive addresses, with
// the stream cut into one part for each thread. The rates are ordered by threads.
//
// It allocates o.StreamBytes and frees them.
func StreamReads(ctx context.Context, o Options) ([]Rate, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if err := affordable(uint64(o.StreamBytes)); err != nil {
		return nil, err
	}
	block, err := mem.TryAlloc[uint64](o.StreamBytes / 8)
	if err != nil {
		return nil, fmt.Errorf("limits: no memory for the stream: %w", err)
	}
	defer block.Free()
	stream := block.Slice()
	for i := range stream {
		stream[i] = uint64(i) // also lets the system provide the memory before the clock runs
	}

	sums := make([]uint64, o.Threads[len(o.Threads)-1]) // kept, or the compiler might read nothing
	var rates []Rate
	for _, n := range o.Threads {
		part := len(stream) / n
		read := stream[:part*n]
		r, err := repeat(ctx, o.Budget/time.Duration(len(o.Threads)), float64(8*len(read)), func() time.Duration {
			return together(n, func(thread int) { sums[thread] = sum(read[thread*part : (thread+1)*part]) })
		})
		if err != nil {
			return nil, err
		}
		r.Threads, r.Bytes = n, 8*len(read)
		rates = append(rates, r)
	}
	return rates, nil
}

// sum adds all words, in four chains so that additions do not wait for one another.
func sum(words []uint64) uint64 {
	var a, b, c, d uint64
	for len(words) >= 8 {
		w := (*[8]uint64)(words)
		a += w[0] + w[4]
		b += w[1] + w[5]
		c += w[2] + w[6]
		d += w[3] + w[7]
		words = words[8:]
	}
	for _, w := range words {
		a += w
	}
	return a + b + c + d
}
