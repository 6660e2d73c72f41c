// Each test takes a few sentences or formulas of the sources named in doc.go, sets up what they speak
// of, acts, and checks. "Adan §n" is a section of our notes on arXiv 2208.06677 and the authors' code;
// OTTT is arXiv 2210.04195.
package optim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/optim"
)

// Adan §1: the look-ahead gradient is g + (1-b2)·(g - g⁻) with the paper's b2, g + b2·(g - g⁻) with the
// code's. With b3 of the code 0 the mean square is the square of that gradient.
func TestAdanLookAhead(t *testing.T) {
	g0, g1 := 0.7, -0.4
	code := optim.NewAdan()
	code.Beta3 = 0
	paper := optim.NewAdanPaper()
	paper.Beta3 = 1
	for _, c := range []optim.Config{code, paper} {
		p := single("w", 1.0)
		o := build(t, c, p)
		p.Grad[0] = g0
		require.NoError(t, o.Step(1))
		p.Grad[0] = g1
		require.NoError(t, o.Step(1))
		u := g1 + 0.92*(g1-g0)
		require.InDelta(t, u*u, word(t, o, "w/n")[0], 1e-15, c.Name())
	}
}

// Adan §2, code: at k = 1 the previous gradient is the gradient, so d = 0 and v = 0; with bias
// correction m/(1-b1) = g and √n/√(1-b3) = |g|, and the first step is lr·sign(g).
func TestAdanFirstStepOfTheCode(t *testing.T) {
	p := single("w", 1.0, 1.0)
	o := build(t, optim.NewAdan(), p)
	copy(p.Grad, []float64{3, -2e-3})
	require.NoError(t, o.Step(1))
	require.InDeltaSlice(t, []float64{1 - 1e-3, 1 + 1e-3}, p.Value, 1e-8)
	require.Equal(t, []float64{0, 0}, word(t, o, "w/v"))
}

// Adan §2, paper: the first gradient sets m = g, n = g², v = 0 and moves nothing; then v is g₁ - g₀
// without averaging.
func TestAdanFirstStepsOfThePaper(t *testing.T) {
	p := single("w", 1.0)
	o := build(t, optim.NewAdanPaper(), p)
	p.Grad[0] = 0.5
	require.NoError(t, o.Step(1))
	require.Equal(t, []float64{1}, p.Value)
	require.Equal(t, []float64{0.5}, word(t, o, "w/m"))
	require.Equal(t, []float64{0}, word(t, o, "w/v"))
	require.Equal(t, []float64{0.25}, word(t, o, "w/n"))
	p.Grad[0] = 0.25
	require.NoError(t, o.Step(1))
	require.Equal(t, []float64{-0.25}, word(t, o, "w/v"))
	p.Grad[0] = 0.75
	require.NoError(t, o.Step(1))
	require.InDelta(t, 0.92*-0.25+0.08*0.5, word(t, o, "w/v")[0], 1e-16)
}

// Adan §2: the proximal update divides by 1 + lr·decay after the step, no_prox multiplies by 1 - lr·decay
// before it. With a gradient of zero all that remains is the decay.
func TestAdanDecay(t *testing.T) {
	c := optim.NewAdan()
	c.LR, c.Decay = 0.1, 0.2
	p := single("w", 3.0)
	require.NoError(t, build(t, c, p).Step(1))
	require.InDelta(t, 3/1.02, p.Value[0], 1e-15)
	c.NoProx = true
	p = single("w", 3.0)
	require.NoError(t, build(t, c, p).Step(1))
	require.InDelta(t, 3*0.98, p.Value[0], 1e-15)
}

// Adan §2: "one factor for all groups", "the old gradient that is kept is the clipped one", "the
// caller's gradient is overwritten", "eps of the last group".
func TestAdanClipping(t *testing.T) {
	c := optim.NewAdan()
	c.MaxNorm = 1
	last := c
	last.Eps = 5
	a, b := single("a", 0.0), single("b", 0.0)
	o, err := optim.Build(c, optim.Group[float64]{Params: []*optim.Param[float64]{a}},
		optim.Group[float64]{Params: []*optim.Param[float64]{b}, Config: last})
	require.NoError(t, err)
	a.Grad[0], b.Grad[0] = 3, 4
	require.NoError(t, o.Step(1))
	require.InDelta(t, 3.0/10, a.Grad[0], 1e-7) // norm 5, eps 5
	require.InDelta(t, 4.0/10, b.Grad[0], 1e-7)
	require.Equal(t, a.Grad, word(t, o, "a/g"))
	require.Equal(t, b.Grad, word(t, o, "b/g"))
}

// Adan §2: "The step counter is per group and shared by its parameters. A parameter without a gradient is
// skipped but the group's counter still advances"; the previous gradient of a parameter's first update
// is its gradient, whatever the counter.
func TestAdanCounterBelongsToTheGroup(t *testing.T) {
	late, always := single("late", 1.0), single("always", 1.0)
	o := build(t, optim.NewAdan(), late, always)
	for step := range 3 {
		late.Grad = nil
		if step == 2 {
			late.Grad = []float64{0.5}
		}
		always.Grad[0] = float64(step + 1)
		require.NoError(t, o.Step(1))
	}
	require.Equal(t, []int64{3}, o.Columns()[0].I64)
	require.Equal(t, []int64{1, 3}, o.Columns()[1].I64)
	require.Equal(t, []float64{0}, word(t, o, "late/v"), "d = 0 in the first update")
	m, n := 0.02*0.5/(1-math.Pow(0.98, 3)), math.Sqrt(0.01*0.25/(1-math.Pow(0.99, 3)))
	require.InDelta(t, 1-1e-3*m/(n+1e-8), late.Value[0], 1e-15, "bias corrections of k = 3")
}

// Adan §2: "restart_opt() sets the counter to 0 and zeroes m, v, n. The old gradient is replaced at the
// next step because the counter is then 1" - but not that of a parameter without a gradient then.
func TestAdanRestart(t *testing.T) {
	a, b := single("a", 1.0), single("b", 1.0)
	o := build(t, optim.NewAdan(), a, b)
	a.Grad[0], b.Grad[0] = 0.5, 0.5
	require.NoError(t, o.Step(1))
	o.Restart()
	require.Equal(t, []int64{0}, o.Columns()[0].I64)
	for _, w := range []string{"m", "v", "n"} {
		require.Equal(t, []float64{0}, word(t, o, "a/"+w))
	}
	a.Grad[0], b.Grad = 0.75, nil
	require.NoError(t, o.Step(1))
	require.Equal(t, []float64{0}, word(t, o, "a/v"), "k = 1: d = 0")
	b.Grad = []float64{0.75}
	require.NoError(t, o.Step(1))
	require.InDelta(t, 0.08*(0.75-0.5), word(t, o, "b/v")[0], 1e-16, "k = 2: d from before the restart")
}

// Adan §5, exact catch-up of an entry that was silent for j steps: m·b1^j, b2^j·v - b2^(j-1)·(1-b2)·g⁻,
// b3^j·n + b3^(j-1)·(1-b3)·(b2·g⁻)², g⁻ = 0.
func TestAdanSilentStepsInClosedForm(t *testing.T) {
	const j = 7
	c := optim.NewAdan()
	p := single("w", 1.0)
	o := build(t, c, p)
	for _, g := range []float64{0.5, -0.25, 0.75} {
		p.Grad[0] = g
		require.NoError(t, o.Step(1))
	}
	m, v, n, g := word(t, o, "w/m")[0], word(t, o, "w/v")[0], word(t, o, "w/n")[0], word(t, o, "w/g")[0]
	p.Grad[0] = 0
	for range j {
		require.NoError(t, o.Step(1))
	}
	pow := func(b float64, k int) float64 { return math.Pow(b, float64(k)) }
	require.InDelta(t, m*pow(c.Beta1, j), word(t, o, "w/m")[0], 1e-15)
	require.InDelta(t, pow(c.Beta2, j)*v-pow(c.Beta2, j-1)*(1-c.Beta2)*g, word(t, o, "w/v")[0], 1e-15)
	u := c.Beta2 * g
	require.InDelta(t, pow(c.Beta3, j)*n+pow(c.Beta3, j-1)*(1-c.Beta3)*u*u, word(t, o, "w/n")[0], 1e-15)
	require.Equal(t, []float64{0}, word(t, o, "w/g"))
}

// Adan §5, table of words, reads and writes, and operations per synapse and update. The table counts the
// product of the decay for AdamW and Adan.
func TestCostTable(t *testing.T) {
	momentum := optim.NewSGD()
	momentum.Momentum = 0.9
	adan := optim.NewAdan()
	adan.Decay = 0.02
	clipped := adan
	clipped.MaxNorm = 1
	for name, row := range map[string]struct {
		config optim.Config
		want   optim.Cost
	}{
		"SGD":            {optim.NewSGD(), optim.Cost{0, 1, 1, 1, 1, 1, 0, 0}},
		"SGD + momentum": {momentum, optim.Cost{1, 2, 2, 1, 2, 2, 0, 0}},
		"AdamW":          {optim.NewAdamW(), optim.Cost{2, 3, 3, 1, 4, 8, 1, 1}},
		"Adan":           {adan, optim.Cost{4, 5, 5, 1, 8, 12, 1, 1}},
		"Adan with clip": {clipped, optim.Cost{4, 5, 5, 2, 9, 14, 1, 1}},
	} {
		require.Equal(t, row.want, row.config.Cost(), name)
	}
}

// Adam, ICLR 2015, algorithm 1, evaluated literally: bias-corrected means m̂ and v̂ and the update
// θ ← θ - α·m̂/(√v̂ + ε).
func TestAdamAlgorithm1(t *testing.T) {
	const alpha, b1, b2, eps = 1e-3, 0.9, 0.999, 1e-8
	p := single("w", 0.3)
	o := build(t, optim.NewAdam(), p)
	theta, m, v := 0.3, 0.0, 0.0
	for k := 1; k <= 50; k++ {
		g := math.Sin(float64(k)) + 0.1
		p.Grad[0] = g
		require.NoError(t, o.Step(1))
		m, v = b1*m+(1-b1)*g, b2*v+(1-b2)*g*g
		mHat, vHat := m/(1-math.Pow(b1, float64(k))), v/(1-math.Pow(b2, float64(k)))
		theta -= alpha * mHat / (math.Sqrt(vHat) + eps)
		require.InDelta(t, theta, p.Value[0], 1e-14, "step %d", k)
	}
}

// AdamW, ICLR 2019, algorithm 2: the decay acts on the weight and not through the moments; with L2
// regularisation, as in Adam, it enters the gradient.
func TestAdamWDecouplesTheDecay(t *testing.T) {
	w := optim.NewAdamW()
	w.LR, w.Decay = 0.1, 0.5
	p := single("w", 2.0)
	o := build(t, w, p)
	require.NoError(t, o.Step(1))
	require.InDelta(t, 2*(1-0.05), p.Value[0], 1e-15)
	require.Equal(t, []float64{0}, word(t, o, "w/m"))

	l2 := optim.Adam(w)
	p = single("w", 2.0)
	o = build(t, l2, p)
	require.NoError(t, o.Step(1))
	require.InDelta(t, 0.1*1, word(t, o, "w/m")[0], 1e-15, "g = decay·w = 1")
}

// OTTT, settings of the experiments: "v ← m·v + (∇ + wd·w); w ← w - lr·v. Cosine:
// lr_e = lr/2·(1 + cos(πe/E))".
func TestSGDAsOTTTMeansIt(t *testing.T) {
	c := optim.SGD{LR: 0.1, Momentum: 0.9, Decay: 2e-5}
	s := optim.Cosine{Over: 30}
	p := single("w", 1.5)
	o := build(t, c, p)
	w, v := 1.5, 0.0
	for e := range 30 {
		g := math.Cos(float64(e))
		p.Grad[0] = g
		require.NoError(t, o.Step(s.Factor(optim.Progress{Epoch: e})))
		v = 0.9*v + (g + 2e-5*w)
		w -= 0.1 / 2 * (1 + math.Cos(math.Pi*float64(e)/30)) * v
		require.InDelta(t, w, p.Value[0], 1e-14, "epoch %d", e)
	}
}

// Polyak 1964 and Nesterov 2004: with a constant learning rate momentum SGD is the heavy ball, and its
// Nesterov form is the accelerated gradient with the parameters at the point ahead.
func TestMomentumForms(t *testing.T) {
	gradient := func(x float64) float64 { return 3*x - 1 }
	run := func(c optim.Config) []float64 {
		p := single("x", 2.0)
		o := build(t, c, p)
		var path []float64
		for range 60 {
			p.Grad[0] = gradient(p.Value[0])
			require.NoError(t, o.Step(1))
			path = append(path, p.Value[0])
		}
		return path
	}
	require.InDeltaSlice(t, run(optim.HeavyBall{LR: 0.05, Momentum: 0.9}), run(optim.SGD{LR: 0.05, Momentum: 0.9}), 1e-14)
	require.InDeltaSlice(t, run(optim.Nesterov{LR: 0.05, Momentum: 0.9}), run(optim.SGD{LR: 0.05, Momentum: 0.9, Nesterov: true}), 1e-14)
}

// Polyak 1964: x' = x - lr·∇f(x) + β·(x - x⁻), also while the learning rate changes.
func TestHeavyBallThreeTerms(t *testing.T) {
	p := single("x", 2.0)
	o := build(t, optim.HeavyBall{LR: 0.05, Momentum: 0.8}, p)
	before, x := 2.0, 2.0
	for k := range 40 {
		factor := 1 / float64(k+1)
		p.Grad[0] = 3*x - 1
		require.NoError(t, o.Step(factor))
		before, x = x, x-0.05*factor*(3*x-1)+0.8*(x-before)
		require.InDelta(t, x, p.Value[0], 1e-14)
	}
}

// Nesterov 2004, section 2.2: x' = y - lr·∇f(y), y' = x' + β·(x' - x). Iterate gives x.
func TestNesterovIterate(t *testing.T) {
	p := single("x", 2.0)
	o := build(t, optim.Nesterov{LR: 0.05, Momentum: 0.8}, p)
	ahead, ok := o.(optim.Ahead[float64])
	require.True(t, ok)
	require.Nil(t, ahead.Iterate(p))
	x, y := 2.0, 2.0
	for range 40 {
		p.Grad[0] = 3*y - 1
		require.NoError(t, o.Step(1))
		next := y - 0.05*(3*y-1)
		y, x = next+0.8*(next-x), next
		require.InDelta(t, y, p.Value[0], 1e-14)
		require.InDelta(t, x, ahead.Iterate(p)[0], 1e-14)
	}
	o.Restart()
	require.InDelta(t, x, p.Value[0], 1e-14, "a restart goes on from the iterate")
}

// word is a column of the state.
func word(t *testing.T, o optim.Optimizer[float64], name string) []float64 {
	t.Helper()
	for _, c := range o.Columns() {
		if c.Name == name {
			return c.F64
		}
	}
	require.Fail(t, "no column", name)
	return nil
}
