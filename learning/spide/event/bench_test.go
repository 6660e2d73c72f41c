package event_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/sim"
)

// BenchmarkSample is a training step of one sample on a ring 784 → 200 ⇄ 200 → 3, on the engine and on
// arrays.
func BenchmarkSample(b *testing.B) {
	ring, x := newRing(b, 784, 200, 200)
	for _, block := range []spide.Block[float64]{ring.Input, ring.Between[0], ring.Feedback} {
		for j, v := range block.Map.Params()[0].Value {
			block.Map.Params()[0].Value[j] = v / 8
		}
	}
	run := func(name string, e executor, err error) {
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			step := func() spide.Activity {
				require.NoError(b, e.Forward(spide.Pass{Train: true}, x, 1))
				g := make([]float64, 200)
				for j := range g {
					g[j] = float64(j%7-3) / 256
				}
				require.NoError(b, e.Backward(g))
				require.NoError(b, e.Accumulate())
				a, err := e.Activity()
				require.NoError(b, err)
				return a
			}
			a := step() // compiles
			for b.Loop() {
				step()
			}
			events := int64(0)
			for _, k := range a.Blocks[1:] {
				events += k.Events + k.BackEvents
			}
			b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(100*a.Rate(spide.Forward), "%forward")
			b.ReportMetric(100*a.Rate(spide.Backward), "%backward")
		})
	}
	lazy, err := event.New(spide.NewConfig(), ring)
	run("lazy", lazy, err)
	clocked, err := event.New(spide.NewConfig(), ring, event.Hosted(sim.ClockedHosting))
	run("clocked", clocked, err)
	batched, err := spide.New(spide.NewConfig(), ring)
	run("arrays", batched, err)
}
