package wheel

import (
	"math"
	"math/bits"
	"slices"
)

// Horizon is the number of ticks that the near wheel covers.
const Horizon = 1024

// None is the tick of an empty queue.
const None int64 = math.MaxInt64

// Event is something due at a tick. Within a tick, smaller keys come first.
type Event struct {
	Tick int64
	Key  uint64
}

// Queue is a queue of events; the zero value is an empty queue at tick 0.
type Queue struct {
	now     int64 // no event lies before this tick
	size    int
	buckets [Horizon][]uint64    // keys of tick now+k in bucket (now+k) mod Horizon
	used    [Horizon / 64]uint64 // bit b: bucket b holds keys
	sorted  bool                 // the bucket of now is sorted, its first `head` keys are gone
	head    int
	late    []uint64 // min-heap of keys pushed for tick now after its bucket was sorted
	far     radixHeap
}

// Len is the number of events in the queue.
func (q *Queue) Len() int { return q.size }

// Push adds an event. Its tick must not lie before the last tick popped.
func (q *Queue) Push(e Event) {
	if e.Tick < q.now {
		panic("wheel: event pushed into the past")
	}
	q.size++
	switch {
	case e.Tick == q.now && q.sorted:
		q.late = heapPush(q.late, e.Key)
	case e.Tick-q.now < Horizon:
		q.put(e)
	default:
		q.far.push(e)
	}
}

// put appends a key to the bucket of a tick inside the horizon.
func (q *Queue) put(e Event) {
	b := uint(e.Tick) % Horizon
	q.buckets[b] = append(q.buckets[b], e.Key)
	q.used[b/64] |= 1 << (b % 64)
}

// Next returns the tick of the least event, [None] if there is none.
func (q *Queue) Next() int64 {
	if q.size == 0 {
		return None
	}
	if q.sorted {
		if q.head < len(q.buckets[uint(q.now)%Horizon]) || len(q.late) > 0 {
			return q.now
		}
	}
	if t := q.nearest(); t != None {
		return t
	}
	return q.far.least()
}

// nearest scans the bitmap for the first used bucket from now on.
func (q *Queue) nearest() int64 {
	start := uint(q.now) % Horizon
	skip := uint(0)
	if q.sorted { // the bucket of now is exhausted or Next has looked at it
		skip = 1
	}
	for off := skip; off < Horizon; {
		b := (start + off) % Horizon
		if w := q.used[b/64] >> (b % 64); w != 0 {
			off += uint(bits.TrailingZeros64(w))
			if off >= Horizon {
				return None
			}
			return q.now + int64(off)
		}
		off += 64 - b%64
	}
	return None
}

// Pop removes and returns the least event if its tick is at most limit.
func (q *Queue) Pop(limit int64) (Event, bool) {
	return q.PopUntil(Event{limit, math.MaxUint64})
}

// PopUntil removes and returns the least event if, by (tick, key), it does not lie behind limit.
func (q *Queue) PopUntil(limit Event) (Event, bool) {
	t := q.Next()
	if t > limit.Tick {
		return Event{}, false
	}
	if !q.sorted || t > q.now {
		q.advance(t)
	}
	key, ok := q.popNow(t < limit.Tick, limit.Key)
	if ok {
		q.size--
	}
	return Event{t, key}, ok
}

// popNow takes the least key of the current tick, from its sorted bucket or the late heap, if it
// does not exceed limit.
func (q *Queue) popNow(unlimited bool, limit uint64) (uint64, bool) {
	bucket := q.buckets[uint(q.now)%Horizon]
	if len(q.late) > 0 && (q.head == len(bucket) || q.late[0] < bucket[q.head]) {
		if !unlimited && q.late[0] > limit {
			return 0, false
		}
		var key uint64
		key, q.late = heapPop(q.late)
		return key, true
	}
	if key := bucket[q.head]; unlimited || key <= limit {
		q.head++
		return key, true
	}
	return 0, false
}

// advance moves the wheel to tick t, the tick of the next event: the old bucket is emptied, far
// events that came inside the horizon move to the wheel, and the bucket of t is sorted.
func (q *Queue) advance(t int64) {
	if q.sorted {
		b := uint(q.now) % Horizon
		q.buckets[b] = q.buckets[b][:0]
		q.used[b/64] &^= 1 << (b % 64)
	}
	q.now, q.head, q.sorted = t, 0, true
	for q.far.size > 0 && q.far.least()-t < Horizon {
		q.put(q.far.pop())
	}
	slices.Sort(q.buckets[uint(t)%Horizon])
}

// Clear empties the queue and sets it to tick now.
func (q *Queue) Clear(now int64) {
	for b := range q.buckets {
		q.buckets[b] = q.buckets[b][:0]
	}
	q.used = [Horizon / 64]uint64{}
	q.late, q.head, q.sorted, q.size, q.now = q.late[:0], 0, false, 0, now
	q.far.clear(now)
}
