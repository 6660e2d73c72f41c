package spide_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/internal/vectors"
)

// The properties of the method that an implementation must be able to show, by their numbers in our
// summary of the paper (spide.md §10). Number 1 is TestGoldenSPIDE, number 5 TestReference; number 10,
// event-driven scheduling, belongs to the event engine, but for its part that silence costs nothing.

// randomNet is a network with a batch of inputs and gradients.
type randomNet struct {
	ring  spide.Ring[float64]
	x, g  []float64
	batch int
}

// newRandomNet draws a dense ring whose gated round trip contracts, on average, by about the gain.
func newRandomNet(t testing.TB, number uint64, sizes []int, batch int, gain float64) randomNet {
	const in = 12
	key := rng.NewKey(number, rng.Test, 3)
	n := randomNet{ring: denseRing[float64](t, in, sizes, 0), batch: batch}
	for k, p := range n.ring.Params() {
		variance := 0.0
		switch {
		case len(p.Shape) == 1: // a bias: rates about the middle
			variance = 0.1
		case p.Name == "x.weight":
			variance = 4.0 / in
		default: // θ = 2 divides it
			variance = math.Pow(2*gain, 2) / float64(p.Shape[1])
		}
		scaleNormal(p.Value, key.Sub(uint64(k)), variance)
	}
	n.x, n.g = make([]float64, batch*in), make([]float64, batch*sizes[len(sizes)-1])
	scaleNormal(n.x, key.Sub(100), 1)
	scaleNormal(n.g, key.Sub(101), 0.04)
	return n
}

// resets are the constants of the modified and of the unmodified reset, at the same θ = 2 and θ_B = 1.
func resets(modified bool) spide.Config {
	c := spide.NewConfig()
	if !modified {
		c.Threshold, c.Rest = 2, 0
		c.BackThreshold, c.BackRest = 1, 0
	}
	return c
}

// errors runs both stages for T ticks and returns the mean and the largest distance of the rates from
// the equilibrium, and of β from the exact β at the equilibrium.
func (n randomNet) errors(t testing.TB, c spide.Config, ticks int) (forward, backward distance) {
	c.ForwardTicks, c.BackwardTicks = ticks, ticks
	exact, err := spide.New(c, n.ring)
	require.NoError(t, err)
	require.NoError(t, exact.FixedPoint(spide.Pass{}, n.x, n.batch, 1e-14, 2000))
	require.NoError(t, exact.ExactBackward(n.g, 1e-14, 2000))

	e, err := spide.New(c, n.ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
	for i := range e.Layers() {
		forward.add(e.Rates(i), exact.Rates(i))
	}
	require.NoError(t, e.FixedPoint(spide.Pass{}, n.x, n.batch, 1e-14, 2000))
	require.NoError(t, e.Backward(n.g))
	for i := range e.Layers() {
		backward.add(e.Beta(i), exact.Beta(i))
	}
	return forward, backward
}

// distance gathers the differences of arrays.
type distance struct {
	sum, largest float64
	n            int
}

func (d *distance) add(x, y []float64) {
	for j := range x {
		v := math.Abs(x[j] - y[j])
		d.sum, d.largest, d.n = d.sum+v, max(d.largest, v), d.n+1
	}
}

func (d *distance) mean() float64 { return d.sum / float64(d.n) }

// slope fits log y = a + slope·log x.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy, n float64
	for i := range x {
		u, v := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy, n = sx+u, sy+v, sxx+u*u, sxy+u*v, n+1
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// Property 2: a[T_F] → a* and β[T_B] → β* with error·T bounded. The slope of log error against log T is
// −1 ± 0.2 over 16..4096.
func TestPaperConvergence(t *testing.T) {
	for _, sizes := range [][]int{{24}, {16, 12, 10}} {
		t.Run(fmt.Sprint(sizes), func(t *testing.T) {
			var ticks, forward, backward []float64
			for T := 16; T <= 4096; T *= 4 {
				var f, b distance
				for net := range uint64(3) {
					n := newRandomNet(t, net, sizes, 4, 0.4)
					nf, nb := n.errors(t, resets(true), T)
					f, b = merge(f, nf), merge(b, nb)
				}
				ticks = append(ticks, float64(T))
				forward, backward = append(forward, f.largest), append(backward, b.largest)
				require.Less(t, float64(T)*f.largest, 4.0, "T = %d", T)
				require.Less(t, float64(T)*b.largest, 4.0, "T = %d", T)
			}
			require.InDelta(t, -1, slope(ticks, forward), 0.2, "%v", forward)
			require.InDelta(t, -1, slope(ticks, backward), 0.2, "%v", backward)
		})
	}
}

func merge(a, b distance) distance {
	return distance{a.sum + b.sum, max(a.largest, b.largest), a.n + b.n}
}

// Property 3: the modified reset r = −V halves the mean error against r = 0 at equal θ. 24 random nets
// of one layer of 24 neurons, 8 samples each; the bar is a ratio of 1.8, as for both stages at every T.
func TestPaperModifiedReset(t *testing.T) {
	for _, T := range []int{16, 30, 64, 100, 250} {
		var modified, plain [2]distance
		for net := range uint64(24) {
			n := newRandomNet(t, 100+net, []int{24}, 8, 0.4)
			for stage, d := range pair(n.errors(t, resets(true), T)) {
				modified[stage] = merge(modified[stage], d)
			}
			for stage, d := range pair(n.errors(t, resets(false), T)) {
				plain[stage] = merge(plain[stage], d)
			}
		}
		for stage := range modified {
			ratio := plain[stage].mean() / modified[stage].mean()
			require.GreaterOrEqual(t, ratio, 1.8, "%s stage, T = %d", spide.Stage(stage), T)
			require.Less(t, ratio, 2.6, "%s stage, T = %d", spide.Stage(stage), T)
		}
	}
}

func pair(a, b distance) [2]distance { return [2]distance{a, b} }

// Property 4: the exact gradient agrees with central differences of the loss at the equilibrium, away
// from the corners of σ, and with a dense solve.
func TestPaperExactGradient(t *testing.T) {
	for name, change := range map[string]func(*spide.Config, *spide.Ring[float64]){
		"plain": func(*spide.Config, *spide.Ring[float64]) {},
		"dropout": func(_ *spide.Config, r *spide.Ring[float64]) {
			r.Input.Dropout, r.Between[0].Dropout, r.Feedback.Dropout = 0.2, 0.25, 0.4
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newRandomNet(t, 7, []int{7, 5}, 3, 0.4)
			c := resets(true)
			change(&c, &n.ring)
			checkGradient(t, c, n)
		})
	}
}

// checkGradient compares all gradients of the loss ½·Σ (a − 0.3)² with central differences.
func checkGradient(t *testing.T, c spide.Config, n randomNet) {
	e, err := spide.New(c, n.ring)
	require.NoError(t, err)
	pass := spide.Pass{Train: true, Step: 5}
	settle := func() (loss float64, g []float64) {
		require.NoError(t, e.FixedPoint(pass, n.x, n.batch, 1e-15, 2000))
		for _, a := range e.Rates(e.Layers() - 1) {
			g = append(g, a-0.3)
			loss += (a - 0.3) * (a - 0.3) / 2
		}
		return loss, g
	}
	_, g := settle()
	gates := copyGates(e)
	require.NoError(t, e.ExactBackward(g, 1e-15, 2000))
	denseSolve(t, e, n, g)
	require.NoError(t, e.Accumulate())
	compared := 0
	for _, p := range n.ring.Params() {
		for k, w := range p.Value {
			const h = 1e-5
			p.Value[k] = w + h
			above, _ := settle()
			smooth := equalGates(gates, e)
			p.Value[k] = w - h
			below, _ := settle()
			smooth = smooth && equalGates(gates, e)
			p.Value[k] = w
			if !smooth {
				continue // a corner of σ
			}
			require.InDelta(t, (above-below)/(2*h), p.Grad[k], 1e-6, "%s[%d]", p.Name, k)
			compared++
		}
	}
	require.Greater(t, compared, 100)
}

func copyGates(e *spide.Executor[float64]) (gates [][]bool) {
	for i := range e.Layers() {
		gates = append(gates, append([]bool(nil), e.Gate(i)...))
	}
	return gates
}

func equalGates(gates [][]bool, e *spide.Executor[float64]) bool {
	for i, gate := range gates {
		for j, m := range gate {
			if m != e.Gate(i)[j] {
				return false
			}
		}
	}
	return true
}

// denseSolve checks β of the last layer of a ring of two against the solution of (I − Kᵀ)·β = g, where
// Kᵀ is the gated trip round the ring as a matrix.
func denseSolve(t *testing.T, e *spide.Executor[float64], n randomNet, g []float64) {
	require.Equal(t, 2, e.Layers())
	first, last, theta := e.Neurons(0), e.Neurons(1), e.Config().Theta()
	for b := range n.batch {
		blocks := matrices(e, n.ring, b).blocks
		trip := func(x []float64) []float64 { // of a β of layer 1, back to layer 1
			gate := func(x []float64, m []bool) []float64 {
				y := make([]float64, len(x))
				for j := range x {
					if m[j] {
						y[j] = x[j] / theta
					}
				}
				return y
			}
			beta0 := blocks[1].back(gate(x, e.Gate(1)[b*last:][:last]))
			return blocks[2].back(gate(beta0, e.Gate(0)[b*first:][:first]))
		}
		m := make([][]float64, last)
		for i := range m {
			m[i] = make([]float64, last+1)
			m[i][i], m[i][last] = 1, g[b*last+i]
		}
		for k := range last {
			unit := make([]float64, last)
			unit[k] = 1
			for i, v := range trip(unit) {
				m[i][k] -= v
			}
		}
		for i, v := range eliminate(m) {
			require.InDelta(t, v, e.Beta(1)[b*last+i], 1e-12)
		}
	}
}

// eliminate solves a linear system given as rows with the right side at their end.
func eliminate(m [][]float64) []float64 {
	n := len(m)
	for k := range n {
		pivot := k
		for i := k; i < n; i++ {
			if math.Abs(m[i][k]) > math.Abs(m[pivot][k]) {
				pivot = i
			}
		}
		m[k], m[pivot] = m[pivot], m[k]
		for i := range n {
			if i == k {
				continue
			}
			f := m[i][k] / m[k][k]
			for j := k; j <= n; j++ {
				m[i][j] -= f * m[k][j]
			}
		}
	}
	x := make([]float64, n)
	for k := range n {
		x[k] = m[k][n] / m[k][k]
	}
	return x
}

// Property 6: g → −g flips the sign of every backward spike, of β and of the gradients, exactly.
func TestPaperOddSymmetry(t *testing.T) {
	for _, leak := range []float64{1, 0.875} {
		c := resets(true)
		c.Leak = leak
		n := newRandomNet(t, 11, []int{16, 12, 10}, 4, 0.6)
		run := func(sign float64) (spikes, grads []float64) {
			e, err := spide.New(c, n.ring)
			require.NoError(t, err)
			require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
			e.Observe(func(k spide.Tick[float64]) { spikes = append(spikes, asArray(k.Spikes)...) })
			g := make([]float64, len(n.g))
			for j, v := range n.g {
				g[j] = sign * v
			}
			require.NoError(t, e.Backward(g))
			for _, p := range n.ring.Params() {
				p.ZeroGrad()
			}
			require.NoError(t, e.Accumulate())
			for i := range e.Layers() {
				grads = append(grads, e.Beta(i)...)
			}
			for _, p := range n.ring.Params() {
				grads = append(grads, p.Grad...)
			}
			return spikes, grads
		}
		spikes, grads := run(1)
		flipped, negative := run(-1)
		require.Contains(t, spikes, 1.0)
		require.Contains(t, spikes, -1.0)
		for j := range spikes {
			require.Equal(t, spikes[j], -flipped[j])
		}
		for j := range grads {
			require.Equal(t, grads[j], -negative[j])
		}
	}
}

// Property 7: a gradient with |β*| > θ_B is cut off there and reported; without a gradient there are no
// spikes, no events and no updates.
func TestPaperSaturationAndSilence(t *testing.T) {
	n := newRandomNet(t, 13, []int{16, 12}, 4, 0.3)
	e, err := spide.New(resets(true), n.ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
	exact := func(scale float64) (g []float64, beyond [2]int) {
		for _, v := range n.g {
			g = append(g, scale*v)
		}
		require.NoError(t, e.ExactBackward(g, 1e-12, 1000))
		for i := range beyond {
			for j, b := range e.Beta(i) {
				if e.Gate(i)[j] && math.Abs(b) > 1 {
					beyond[i]++
				}
			}
		}
		return g, beyond
	}

	g, beyond := exact(0.5)
	require.Zero(t, beyond)
	require.NoError(t, e.Backward(g))
	require.Equal(t, []int{0, 0}, e.Saturated())
	require.Empty(t, e.Warning())

	g, beyond = exact(10)
	require.Positive(t, beyond[1])
	require.NoError(t, e.Backward(g))
	// What layer 1 cuts off is missing from its feedback, so that a few couples near the limit may
	// fall on the other side.
	require.InDelta(t, beyond[1], e.Saturated()[1], 0.1*float64(beyond[1]))
	clipped := 0
	for i := range e.Layers() {
		for _, b := range e.Beta(i) {
			require.LessOrEqual(t, math.Abs(b), 1.0)
			if math.Abs(b) == 1 {
				clipped++
			}
		}
	}
	require.Positive(t, clipped)
	require.Contains(t, e.Warning(), "couples are saturated")

	require.NoError(t, e.Backward(make([]float64, len(n.g))))
	a, err := e.Activity()
	require.NoError(t, err)
	require.Zero(t, a.ErrorAdds)
	require.Zero(t, a.Rate(spide.Backward))
	for _, l := range a.Layers {
		require.Zero(t, l.BackSpikes)
		require.Zero(t, l.BackUpdates)
	}
	for _, b := range a.Blocks {
		require.Zero(t, b.BackEvents+b.BackWithheld+b.UpdateMACs)
	}
}

// Properties 7 and 10, forward: without input and bias nothing happens, however long the stage.
func TestPaperSilentInput(t *testing.T) {
	n := newRandomNet(t, 17, []int{16, 12}, 2, 0.3)
	for _, p := range n.ring.Params() {
		if len(p.Shape) == 1 {
			clear(p.Value)
		}
	}
	e, err := spide.New(resets(true), n.ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, make([]float64, len(n.x)), n.batch))
	a, err := e.Activity()
	require.NoError(t, err)
	require.Zero(t, a.DriveAdds)
	for _, l := range a.Layers {
		require.Zero(t, l.Spikes)
		require.Zero(t, l.Updates)
	}
}

// Property 8, a limitation: with leaky neurons the error of rates and β has a floor that more ticks do
// not lower, while it vanishes without leak.
func TestPaperLeakyNoiseFloor(t *testing.T) {
	n := newRandomNet(t, 19, []int{24}, 8, 0.4)
	c := resets(true)
	f1, b1 := n.errors(t, c, 256)
	f2, b2 := n.errors(t, c, 4096)
	require.Less(t, f2.mean(), f1.mean()/8)
	require.Less(t, b2.mean(), b1.mean()/8)
	c.Leak = 0.875
	f1, b1 = n.errors(t, c, 256)
	f2, b2 = n.errors(t, c, 4096)
	require.Greater(t, f2.mean(), f1.mean()/2)
	require.Greater(t, b2.mean(), b1.mean()/2)
	require.Greater(t, f2.largest, 0.02) // about V·(1 − λ)/θ = 0.06
	require.Less(t, f2.largest, 0.2)
}

// Property 9: memory does not depend on the number of ticks, and a batch of a size that has been seen
// allocates nothing.
func TestPaperMemory(t *testing.T) {
	step := func(e *spide.Executor[float64], n randomNet) {
		require.NoError(t, e.Forward(spide.Pass{Train: true}, n.x, n.batch))
		require.NoError(t, e.Backward(n.g))
		require.NoError(t, e.Accumulate())
	}
	n := newRandomNet(t, 23, []int{16, 12}, 4, 0.4)
	n.ring.Between[0].Dropout = 0.2
	first := map[int]uint64{}
	for _, ticks := range []int{6, 1000} {
		c := resets(true)
		c.ForwardTicks, c.BackwardTicks = ticks, ticks
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		e, err := spide.New(c, n.ring)
		require.NoError(t, err)
		step(e, n)
		runtime.ReadMemStats(&after)
		first[ticks] = after.TotalAlloc - before.TotalAlloc
		require.Zero(t, testing.AllocsPerRun(2, func() { step(e, n) }), "T = %d", ticks)
	}
	require.LessOrEqual(t, float64(first[1000]), 1.05*float64(first[6]))
}

// Property 11, in small: trained from the same start on the same task, a network reaches the loss of
// its twin with exact β.
func TestPaperExactTwin(t *testing.T) {
	const classes, steps = 3, 60
	train := func(exact bool) float64 {
		n := newRandomNet(t, 29, []int{16, 12}, 24, 0.3)
		head, err := layer.NewDense[float64]("head", 12, classes, true)
		require.NoError(t, err)
		n.ring.Readout = head
		labels := make([]float64, n.batch)
		for b := range labels { // the largest of the first three inputs
			x := n.x[b*12:][:classes]
			for k := range x {
				if x[k] > x[int(labels[b])] {
					labels[b] = float64(k)
				}
			}
		}
		c := resets(true)
		e, err := spide.New(c, n.ring)
		require.NoError(t, err)
		loss := 0.0
		for range steps {
			require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
			logits, err := e.Logits()
			require.NoError(t, err)
			var g []float64
			loss, g = vectors.CrossEntropy(logits, labels)
			if exact {
				require.NoError(t, e.ExactLogits(g, 1e-10, 1000))
			} else {
				require.NoError(t, e.BackwardLogits(g))
			}
			require.NoError(t, e.Accumulate())
			for _, p := range n.ring.Params() {
				for k, d := range p.Grad {
					p.Value[k] -= c.LearningRate(0.5) * d
				}
				p.ZeroGrad()
			}
		}
		return loss
	}
	spiking, twin := train(false), train(true)
	require.Less(t, spiking, 0.6*math.Log(classes), "it has learned")
	require.InDelta(t, twin, spiking, 0.1*math.Log(classes))
}
