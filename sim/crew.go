package sim

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// crew is the goroutines that run the shards of one Run call. The caller runs shard 0 itself. The
// others wait between phases by looking at a counter, because phases follow each other within
// microseconds; they give way to other goroutines soon and sleep when the wait is long.
type crew struct {
	size    int
	job     func(shard int) // the same in every phase: a phase allocates nothing
	phase   atomic.Uint64   // counts up: a new phase begins
	working atomic.Int64    // members that have not finished the phase
	done    atomic.Bool
	members sync.WaitGroup
}

// newCrew starts size-1 goroutines; dismiss ends them.
func newCrew(size int, job func(shard int)) *crew {
	c := &crew{size: size, job: job}
	for k := 1; k < size; k++ {
		c.members.Go(func() { c.work(k) })
	}
	return c
}

// run has every member do the job once, and returns when all have finished.
func (c *crew) run() {
	c.working.Store(int64(c.size - 1))
	c.phase.Add(1)
	c.job(0)
	wait(func() bool { return c.working.Load() == 0 })
}

// work is the life of a member.
func (c *crew) work(k int) {
	for seen := uint64(0); ; seen++ {
		wait(func() bool { return c.phase.Load() != seen || c.done.Load() })
		if c.done.Load() {
			return
		}
		c.job(k)
		c.working.Add(-1)
	}
}

// dismiss ends the members and waits for them.
func (c *crew) dismiss() {
	c.done.Store(true)
	c.members.Wait()
}

// wait looks at a condition until it holds: at once, then giving way, then with short sleeps.
func wait(holds func() bool) {
	for range 2000 {
		if holds() {
			return
		}
	}
	for range 2000 {
		if holds() {
			return
		}
		runtime.Gosched()
	}
	for !holds() {
		time.Sleep(20 * time.Microsecond)
	}
}
