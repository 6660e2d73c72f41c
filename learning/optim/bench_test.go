package optim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/optim"
)

// BenchmarkStep updates the parameters of an MLP 784-512-512-10; the figure of interest is updates of
// single weights per second.
func BenchmarkStep(b *testing.B) {
	momentum := optim.NewSGD()
	momentum.Momentum = 0.9
	for _, c := range append([]optim.Config{momentum}, optim.All()...) {
		name := fmt.Sprintf("%s-%dwords", c.Name(), len(c.Words()))
		b.Run(name+"/float32", func(b *testing.B) { benchStep[float32](b, c) })
		b.Run(name+"/float64", func(b *testing.B) { benchStep[float64](b, c) })
	}
}

func benchStep[F optim.Real](b *testing.B, c optim.Config) {
	p := single("w", make([]F, 784*512+512*512+512*10)...)
	noise(testStream(1), p.Grad)
	o, err := optim.Build(c, optim.Group[F]{Params: []*optim.Param[F]{p}})
	require.NoError(b, err)
	for b.Loop() {
		require.NoError(b, o.Step(1))
	}
	b.ReportMetric(float64(len(p.Value))*float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}
