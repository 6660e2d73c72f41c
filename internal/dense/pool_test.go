package dense

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPoolDoesEachItemOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 8} {
		p := pool(t, workers)
		require.Equal(t, workers, p.Workers())
		for _, items := range []int{0, 1, 2, 7, 100} {
			done := make([]atomic.Int32, items)
			inside := make([]atomic.Int32, workers) // no worker is at two items at a time
			p.Run(items, func(worker, item int) {
				require.Equal(t, int32(1), inside[worker].Add(1))
				done[item].Add(1)
				inside[worker].Add(-1)
			})
			for i := range done {
				require.Equal(t, int32(1), done[i].Load(), "item %d of %d, %d workers", i, items, workers)
			}
		}
	}
}

// Workers work at the same time: each waits for the others.
func TestPoolWorksTogether(t *testing.T) {
	p := pool(t, 3)
	arrived := make(chan struct{}, 3)
	all := make(chan struct{})
	go func() {
		for range 3 {
			<-arrived
		}
		close(all)
	}()
	var workers [3]int
	p.Run(3, func(worker, item int) {
		arrived <- struct{}{}
		<-all
		workers[item] = worker
	})
	slices.Sort(workers[:])
	require.Equal(t, [3]int{0, 1, 2}, workers)
}

func TestPoolPassesPanicsOn(t *testing.T) {
	p := pool(t, 2)
	for range 20 {
		require.PanicsWithValue(t, "item 3", func() {
			p.Run(50, func(_, item int) {
				if item == 3 {
					panic("item 3")
				}
			})
		})
		count := atomic.Int32{}
		p.Run(5, func(_, _ int) { count.Add(1) })
		require.Equal(t, int32(5), count.Load(), "the pool works on")
	}
}

func TestNilPool(t *testing.T) {
	var p *Pool
	require.Equal(t, 1, p.Workers())
	var items []int
	p.Run(3, func(worker, item int) {
		require.Zero(t, worker)
		items = append(items, item)
	})
	require.Equal(t, []int{0, 1, 2}, items)
	p.Close()
}

func TestPoolClosesTwice(t *testing.T) {
	p, err := NewPool(3)
	require.NoError(t, err)
	p.Close()
	p.Close()
}

func TestNewPoolErrors(t *testing.T) {
	_, err := NewPool(0)
	require.EqualError(t, err, "dense: number of workers must be 1..1024 (0)")
	_, err = NewPool(1025)
	require.EqualError(t, err, "dense: number of workers must be 1..1024 (1025)")
}
