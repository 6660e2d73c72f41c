package sim

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// crew is the goroutines that run the shards of one Run call. The caller runs shard 0 itself. The
// others wait between phases by looking at a counter, because phases follow each other within
// microseconds; when the wait gets long they go to sleep and are woken.
type crew struct {
	size    int
	job     func(shard int) // the same in every phase: a phase allocates nothing
	phase   atomic.Uint64   // counts up: a new phase begins
	working atomic.Int64    // members that have not finished the phase
	done    atomic.Bool
	members sync.WaitGroup

	mu       sync.Mutex
	changed  *sync.Cond   // one of the above has changed
	sleepers atomic.Int64 // those who wait for it
}

// newCrew starts size-1 goroutines; dismiss ends them.
func newCrew(size int, job func(shard int)) *crew {
	c := &crew{size: size, job: job}
	c.changed = sync.NewCond(&c.mu)
	for k := 1; k < size; k++ {
		c.members.Go(func() { c.work(k) })
	}
	return c
}

// run has every member do the job once, and returns when all have finished.
func (c *crew) run() {
	c.working.Store(int64(c.size - 1))
	c.phase.Add(1)
	c.wake()
	c.job(0)
	c.wait(func() bool { return c.working.Load() == 0 })
}

// work is the life of a member.
func (c *crew) work(k int) {
	for seen := uint64(0); ; seen++ {
		c.wait(func() bool { return c.phase.Load() != seen || c.done.Load() })
		if c.done.Load() {
			return
		}
		c.job(k)
		if c.working.Add(-1) == 0 {
			c.wake()
		}
	}
}

// dismiss ends the members and waits for them.
func (c *crew) dismiss() {
	c.done.Store(true)
	c.wake()
	c.members.Wait()
}

// Patience before sleeping: a look costs a nanosecond, giving way to other goroutines about a
// hundred, being woken tens of microseconds.
const (
	looks = 4000
	yield = 400
)

// wait looks at a condition until it holds: at once, then giving way, then asleep.
func (c *crew) wait(holds func() bool) {
	for range looks {
		if holds() {
			return
		}
	}
	for range yield {
		if holds() {
			return
		}
		runtime.Gosched()
	}
	c.mu.Lock()
	c.sleepers.Add(1)
	for !holds() {
		c.changed.Wait()
	}
	c.sleepers.Add(-1)
	c.mu.Unlock()
}

// wake wakes those who sleep. A sleeper announces itself under the lock before it looks a last time,
// so that no change slips between its look and its sleep.
func (c *crew) wake() {
	if c.sleepers.Load() > 0 {
		c.mu.Lock()
		c.changed.Broadcast()
		c.mu.Unlock()
	}
}
