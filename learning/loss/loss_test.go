package loss

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/sim/golden"
)

// lossFunc is any of the losses.
type lossFunc func(outputs []float64, labels []int, grad []float64) (float64, error)

func mixture(l Instantaneous) lossFunc {
	return func(outputs []float64, labels []int, grad []float64) (float64, error) {
		return InstantaneousLoss(l, outputs, labels, grad)
	}
}

var losses = []struct {
	name string
	f    lossFunc
}{
	{"cross entropy", CrossEntropy[float64]},
	{"squared error", SquaredError[float64]},
	{"instantaneous", mixture(Instantaneous{Ticks: 6, MSE: 0.05})},
	{"instantaneous, cross entropy alone", mixture(Instantaneous{Ticks: 3})},
	{"instantaneous, squared error alone", mixture(Instantaneous{Ticks: 2, MSE: 1})},
}

type batch struct {
	outputs []float64
	labels  []int
	classes int
}

func drawBatch(t *rapid.T) batch {
	n, classes := rapid.IntRange(1, 5).Draw(t, "samples"), rapid.IntRange(1, 8).Draw(t, "classes")
	return batch{
		outputs: rapid.SliceOfN(rapid.Float64Range(-8, 8), n*classes, n*classes).Draw(t, "outputs"),
		labels:  rapid.SliceOfN(rapid.IntRange(0, classes-1), n, n).Draw(t, "labels"),
		classes: classes,
	}
}

// TestGradient holds gradients against central differences.
func TestGradient(t *testing.T) {
	for _, l := range losses {
		t.Run(l.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				b := drawBatch(t)
				grad := slices.Repeat([]float64{math.NaN()}, len(b.outputs)) // to be replaced
				at, err := l.f(b.outputs, b.labels, grad)
				require.NoError(t, err)
				alone, err := l.f(b.outputs, b.labels, nil)
				require.NoError(t, err)
				require.Equal(t, at, alone, "a loss does not depend on whether its gradient is asked for")
				for i, o := range slices.Clone(b.outputs) {
					const h = 1e-4
					b.outputs[i] = o + h
					up, err := l.f(b.outputs, b.labels, nil)
					require.NoError(t, err)
					b.outputs[i] = o - h
					down, err := l.f(b.outputs, b.labels, nil)
					require.NoError(t, err)
					b.outputs[i] = o
					require.InDelta(t, (up-down)/(2*h), grad[i], 1e-7)
				}
			})
		})
	}
}

// TestFormula holds values against the formulas of ottt.md §3, written down once more.
func TestFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBatch(t)
		n := float64(len(b.labels))
		ce, mse := 0.0, 0.0
		for i, y := range b.labels {
			sum := 0.0
			for c, o := range b.outputs[i*b.classes:][:b.classes] {
				sum += math.Exp(o)
				target := 0.0
				if c == y {
					target = 1
				}
				mse += math.Pow(o-target, 2) / (n * float64(b.classes))
			}
			ce -= math.Log(math.Exp(b.outputs[i*b.classes+y])/sum) / n
		}
		l := Instantaneous{Ticks: rapid.IntRange(1, 20).Draw(t, "ticks"), MSE: rapid.Float64Range(0, 1).Draw(t, "share")}
		for _, c := range []struct {
			f    lossFunc
			want float64
		}{
			{CrossEntropy[float64], ce},
			{SquaredError[float64], mse},
			{mixture(l), ((1-l.MSE)*ce + l.MSE*mse) / float64(l.Ticks)},
		} {
			got, err := c.f(b.outputs, b.labels, nil)
			require.NoError(t, err)
			require.InDelta(t, c.want, got, 1e-12*(1+c.want))
		}
	})
}

// TestCrossEntropyShift: adding to all outputs of a sample changes nothing, so the gradient of a sample
// sums to zero; far outputs do not overflow.
func TestCrossEntropyShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBatch(t)
		grad, moved := make([]float64, len(b.outputs)), make([]float64, len(b.outputs))
		at, err := CrossEntropy(b.outputs, b.labels, grad)
		require.NoError(t, err)
		for i := range b.labels {
			sum := 0.0
			for _, g := range grad[i*b.classes:][:b.classes] {
				sum += g
			}
			require.InDelta(t, 0, sum, 1e-14)
		}
		for i := range b.outputs {
			b.outputs[i] += 1 << 12
		}
		far, err := CrossEntropy(b.outputs, b.labels, moved)
		require.NoError(t, err)
		require.InDelta(t, at, far, 1e-11)
		require.InDeltaSlice(t, grad, moved, 1e-11)
	})
	l, err := CrossEntropy([]float64{1e308, -1e308}, []int{0}, nil)
	require.NoError(t, err)
	require.Zero(t, l)
}

// TestSmallFormat: float32 outputs give the gradient of the same outputs in float64, rounded once, also
// where the softmax is close to 1.
func TestSmallFormat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBatch(t)
		small, grad32, grad := make([]float32, len(b.outputs)), make([]float32, len(b.outputs)), make([]float64, len(b.outputs))
		for i := range small {
			small[i] = float32(b.outputs[i])
			b.outputs[i] = float64(small[i])
		}
		narrow, err := CrossEntropy(small, b.labels, grad32)
		require.NoError(t, err)
		wide, err := CrossEntropy(b.outputs, b.labels, grad)
		require.NoError(t, err)
		require.Equal(t, wide, narrow)
		for i := range grad {
			require.Equal(t, float32(grad[i]), grad32[i])
		}
	})
}

// TestGolden holds the loss of every tick against the recorded runs of OTTT's authors.
func TestGolden(t *testing.T) {
	for _, file := range golden.Files(t, "ottt") {
		t.Run(file.Name, func(t *testing.T) {
			data, err := os.ReadFile(file.Path)
			require.NoError(t, err)
			var g struct {
				Meta struct {
					T    int
					Loss float64 `json:"loss_lambda"`
				}
				Arrays map[string]struct{ Data []float64 }
			}
			require.NoError(t, json.Unmarshal(data, &g))
			var labels []int
			for _, y := range g.Arrays["label"].Data {
				labels = append(labels, int(y))
			}
			logits, want := g.Arrays["logits"].Data, g.Arrays["loss"].Data
			require.Len(t, want, g.Meta.T)
			require.NotEmpty(t, want)
			n := len(logits) / g.Meta.T
			for tick, w := range want {
				got, err := InstantaneousLoss(Instantaneous{Ticks: g.Meta.T, MSE: g.Meta.Loss}, logits[tick*n:][:n], labels, nil)
				require.NoError(t, err)
				require.InDelta(t, w, got, 1e-12, "tick %d", tick)
			}
		})
	}
}

func TestPredict(t *testing.T) {
	nan := math.NaN()
	require.Equal(t, 2, Predict([]float32{1, -2, 3, 3}), "the first of several")
	require.Equal(t, 1, Predict([]float64{nan, -5, nan}))
	require.Equal(t, 0, Predict([]float64{nan}))
	n, err := Correct([]float64{1, 2, 4, 3}, []int{1, 1})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// TestNotFinite: outputs that are not finite give a loss that is not, and no error.
func TestNotFinite(t *testing.T) {
	for _, l := range losses {
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			v, err := l.f([]float64{0, bad, 1}, []int{0}, make([]float64, 3))
			require.NoError(t, err)
			require.False(t, Finite(v), "%s of %v is %v", l.name, bad, v)
		}
	}
	require.True(t, Finite(1e300))
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		outputs []float64
		labels  []int
		grad    []float64
		want    string
	}{
		{nil, nil, nil, "loss: the batch is empty"},
		{nil, []int{0}, nil, "loss: outputs must be batch × classes (0 values for 1 labels)"},
		{make([]float64, 5), []int{0, 0}, nil, "loss: outputs must be batch × classes (5 values for 2 labels)"},
		{make([]float64, 6), []int{0, 3}, nil, "loss: label of sample 1 is outside of the 3 classes (3)"},
		{make([]float64, 6), []int{-1, 0}, nil, "loss: label of sample 0 is outside of the 3 classes (-1)"},
		{make([]float64, 6), []int{0, 0}, make([]float64, 5), "loss: the gradient must have as many values as the outputs (5, not 6)"},
	} {
		for _, l := range losses {
			_, err := l.f(c.outputs, c.labels, c.grad)
			require.EqualError(t, err, c.want)
		}
		if c.grad == nil {
			_, err := Correct(c.outputs, c.labels)
			require.EqualError(t, err, c.want)
		}
	}
	for _, c := range []struct {
		l    Instantaneous
		want string
	}{
		{Instantaneous{}, "loss: the instantaneous loss needs at least 1 tick (0)"},
		{Instantaneous{Ticks: 1, MSE: 1.5}, "loss: the share of the squared error must be from 0 to 1 (1.5)"},
		{Instantaneous{Ticks: 1, MSE: math.NaN()}, "loss: the share of the squared error must be from 0 to 1 (NaN)"},
	} {
		_, err := InstantaneousLoss(c.l, []float64{1}, []int{0}, nil)
		require.EqualError(t, err, c.want)
	}
}

// TestAllocations: a loss allocates nothing.
func TestAllocations(t *testing.T) {
	outputs, labels, grad := make([]float32, 1280), make([]int, 128), make([]float32, 1280)
	require.Zero(t, testing.AllocsPerRun(5, func() {
		_, err := InstantaneousLoss(Instantaneous{Ticks: 6, MSE: 0.05}, outputs, labels, grad)
		if err != nil {
			t.Fatal(err)
		}
	}))
}
