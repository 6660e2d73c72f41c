package dense

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Pool is a fixed number of workers that share the items of a job. The goroutine that calls Run is one
// of them; the others sleep between jobs. A nil Pool is the calling goroutine alone.
//
// A pool runs one job at a time: Run must not be called from a job, nor from two goroutines at once.
type Pool struct {
	wake   []chan struct{} // one for each worker but the caller
	alive  sync.WaitGroup
	closed bool

	// The current job.
	do      func(worker, item int)
	items   int64
	next    atomic.Int64 // first item that nobody has taken
	busy    sync.WaitGroup
	failure atomic.Pointer[any] // what the first worker that failed panicked with
}

const maxWorkers = 1024

// NewPool starts the workers. Close ends them.
func NewPool(workers int) (*Pool, error) {
	if workers < 1 || workers > maxWorkers {
		return nil, fmt.Errorf("dense: number of workers must be 1..%d (%d)", maxWorkers, workers)
	}
	p := &Pool{wake: make([]chan struct{}, workers-1)}
	for i := range p.wake {
		p.wake[i] = make(chan struct{})
		p.alive.Go(func() {
			for range p.wake[i] {
				p.work(i + 1)
				p.busy.Done()
			}
		})
	}
	return p, nil
}

// Workers is the number of workers, at least 1.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return len(p.wake) + 1
}

// Run calls do(worker, item) once for each item from 0 to items-1 and returns when all are done. A
// worker does one item at a time, with the number 0 <= worker < Workers() that tells its scratch memory
// from that of others; which worker does which item is left to chance. If do panics, Run panics with
// the same value once all workers have stopped, and items may have been left out.
func (p *Pool) Run(items int, do func(worker, item int)) {
	if p.Workers() == 1 || items <= 1 {
		for item := range items {
			do(0, item)
		}
		return
	}
	p.do, p.items = do, int64(items)
	p.next.Store(0)
	helpers := p.wake[:min(len(p.wake), items-1)]
	p.busy.Add(len(helpers))
	for _, w := range helpers {
		w <- struct{}{}
	}
	p.work(0)
	p.busy.Wait()
	p.do = nil
	if failure := p.failure.Swap(nil); failure != nil {
		panic(*failure)
	}
}

// work does items until none is left. A panic stays here, for Run to pass on.
func (p *Pool) work(worker int) {
	defer func() {
		if failure := recover(); failure != nil {
			p.fail(failure)
		}
	}()
	for {
		item := p.next.Add(1) - 1
		if item >= p.items {
			return
		}
		p.do(worker, int(item))
	}
}

// fail keeps the first failure, and leaves no item to the other workers.
func (p *Pool) fail(failure any) {
	p.failure.CompareAndSwap(nil, &failure)
	p.next.Store(p.items)
}

// Close ends the workers and waits for them. The pool must not be used afterwards, but may be closed
// again.
func (p *Pool) Close() {
	if p == nil || p.closed {
		return
	}
	p.closed = true
	for _, w := range p.wake {
		close(w)
	}
	p.alive.Wait()
}
