package wheel

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// oracle is container/heap over (tick, key): obviously right, and slow.
type oracle []Event

func (o oracle) Len() int { return len(o) }
func (o oracle) Less(i, j int) bool {
	return o[i].Tick < o[j].Tick || (o[i].Tick == o[j].Tick && o[i].Key < o[j].Key)
}
func (o oracle) Swap(i, j int) { o[i], o[j] = o[j], o[i] }
func (o *oracle) Push(x any)   { *o = append(*o, x.(Event)) }
func (o *oracle) Pop() any {
	old := *o
	e := old[len(old)-1]
	*o = old[:len(old)-1]
	return e
}

// TestAgainstHeap pushes and pops at random, near, far and into the current tick, and holds every
// answer against container/heap.
func TestAgainstHeap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q Queue
		var o oracle
		start := rapid.Int64Range(0, 5000).Draw(t, "start")
		q.Clear(start)
		now := start
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "push") {
				gap := rapid.SampledFrom([]int64{0, 1, 2, 15, 1022, 1023, 1024, 1025, 5000, 100000, 1 << 40}).Draw(t, "gap")
				e := Event{now + gap, rapid.Uint64Range(0, 20).Draw(t, "key")}
				q.Push(e)
				heap.Push(&o, e)
			} else {
				limit := now + rapid.SampledFrom([]int64{0, 1, 100, 1023, 1024, 3000, 1 << 41}).Draw(t, "limit")
				e, ok := q.Pop(limit)
				if len(o) == 0 || o[0].Tick > limit {
					require.False(t, ok)
				} else {
					require.True(t, ok)
					require.Equal(t, heap.Pop(&o).(Event), e)
					now = e.Tick
				}
			}
			require.Equal(t, len(o), q.Len())
			if len(o) == 0 {
				require.Equal(t, None, q.Next())
			} else {
				require.Equal(t, o[0].Tick, q.Next())
			}
		}
	})
}

func TestPushIntoThePastPanics(t *testing.T) {
	var q Queue
	q.Push(Event{Tick: 7})
	_, ok := q.Pop(10)
	require.True(t, ok)
	require.Panics(t, func() { q.Push(Event{Tick: 6}) })
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	var q Queue
	for k := range uint64(64) {
		q.Push(Event{int64(k), k})
	}
	// Every event comes back after a period of its own, so that bucket sizes repeat: after one
	// common period all buckets have seen their largest size.
	turn := func() {
		for range 1000 {
			e, _ := q.Pop(None - 1)
			e.Tick += 64 << (e.Key % 5)
			q.Push(e)
		}
	}
	for range 200 {
		turn()
	}
	require.Zero(t, testing.AllocsPerRun(100, turn))
}

// hold runs the hold model: pop the least, push it back later.
func hold(q *Queue, r *rand.Rand, fill, n int) {
	for i := range fill {
		q.Push(Event{q.now + r.Int64N(600), uint64(i)})
	}
	for range n {
		e, _ := q.Pop(None - 1)
		e.Tick += 1 + r.Int64N(600)
		q.Push(e)
	}
}

func BenchmarkHold(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
		b.Run(fmt.Sprintf("wheel/%d", size), func(b *testing.B) {
			var q Queue
			r := rand.New(rand.NewPCG(1, 2))
			hold(&q, r, size, 0)
			b.ResetTimer()
			hold(&q, r, 0, b.N)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mhold/s")
		})
		b.Run(fmt.Sprintf("container-heap/%d", size), func(b *testing.B) {
			var o oracle
			r := rand.New(rand.NewPCG(1, 2))
			for i := range size {
				heap.Push(&o, Event{r.Int64N(600), uint64(i)})
			}
			b.ResetTimer()
			for range b.N {
				e := heap.Pop(&o).(Event)
				e.Tick += 1 + r.Int64N(600)
				heap.Push(&o, e)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mhold/s")
		})
	}
}

func ExampleQueue() {
	var q Queue
	q.Push(Event{Tick: 5, Key: 2})
	q.Push(Event{Tick: 5, Key: 1})
	q.Push(Event{Tick: 100_000, Key: 3})
	for e, ok := q.Pop(10); ok; e, ok = q.Pop(10) {
		fmt.Println(e.Tick, e.Key)
	}
	fmt.Println("next:", q.Next())
	// Output:
	// 5 1
	// 5 2
	// next: 100000
}
