package certify_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"image/png"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/certify"
	"couplet/learning/optim"
)

// No optimiser with any options may leave the zero chain or fall below the bound.
func TestNoOptimizerBeatsTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(optim.All()).Draw(t, "optimiser")
		for _, o := range optim.Options(c) {
			if o.Bool || o.Name == "eps" {
				continue
			}
			if x := rapid.Float64Range(0, 0.5).Draw(t, o.Name); o.Range.Contains(x) {
				c = optim.With(c, o, x)
			}
		}
		r, err := certify.Certify(context.Background(), certify.Options{
			Length: rapid.IntRange(1, 4).Draw(t, "T"), Blocks: rapid.IntRange(1, 12).Draw(t, "t"),
			Eps: []float64{0.3, 0.03}, Iterations: 150, Methods: []certify.Method{{Name: "m", Config: c}},
		})
		require.NoError(t, err)
		require.NoError(t, r.Err())
		for i, k := range r.Runs[0].Hits {
			if k != certify.NotReached {
				require.GreaterOrEqual(t, k, r.Bounds[i])
				require.GreaterOrEqual(t, r.Ratio(r.Runs[0], i), 1.0)
			} else {
				require.True(t, math.IsInf(r.Ratio(r.Runs[0], i), 1))
			}
		}
	})
}

// A run that moves coordinates out of turn, or that claims a value below the bound, is found out.
func TestErrFindsViolations(t *testing.T) {
	r := small(t)
	require.NoError(t, r.Err())
	honest := *r.Runs[0]
	run := r.Runs[0]
	run.Supports = append([]int(nil), honest.Supports...)
	run.Supports[7] += 3
	require.EqualError(t, r.Err(), "certify: gradient descent: the support grew from 6 to 10 coordinates in iteration 7, want one at most")
	require.Equal(t, 4, run.Growth())
	run.Supports = honest.Supports
	run.Values = append([]float64(nil), honest.Values...)
	run.Values[3] = 0.1
	require.ErrorContains(t, r.Err(), "certify: gradient descent: f = 0.1 after 3 gradients, want at least 2.79")
}

func small(t *testing.T) *certify.Report {
	r, err := certify.Certify(context.Background(), certify.Options{Length: 2, Blocks: 30})
	require.NoError(t, err)
	return r
}

func TestCertifyRefuses(t *testing.T) {
	methods := certify.Methods()
	for want, o := range map[string]certify.Options{
		"hard function of 40 blocks of length -1":                      {Length: -1},
		"hard function of 2001 blocks of length 20":                    {Blocks: 2001},
		"length 1000000000000":                                         {Length: 1e12},
		"eps [0.1 0.2], want descending numbers in (0, 1)":             {Eps: []float64{0.1, 0.2}},
		"eps [1], want":                                                {Eps: []float64{1}},
		"no eps":                                                       {Eps: []float64{}},
		"-1 iterations":                                                {Iterations: -1},
		`method 1 "Adam", want a name of its own`:                      {Methods: []certify.Method{methods[3], methods[3]}},
		`method 0 "", want a name`:                                     {Methods: []certify.Method{{Config: optim.NewSGD()}}},
		"certify: x: optim: no optimiser is described":                 {Methods: []certify.Method{{Name: "x"}}},
		"certify: x: resolution NaN":                                   {Methods: []certify.Method{{Name: "x", Config: optim.NewSGD(), Resolution: math.NaN()}}},
		"certify: x: optim: adam: parameter lr: -1 must be at least 0": {Methods: []certify.Method{{Name: "x", Config: optim.Adam{LR: -1}}}},
	} {
		_, err := certify.Certify(context.Background(), o)
		require.ErrorContains(t, err, want)
	}
	_, err := hard(t, 2, 2).LowerBound(math.NaN())
	require.EqualError(t, err, "certify: eps NaN, want a number in (0, 1)")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = certify.Certify(ctx, certify.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "gradient descent: stopped after 0 of at most")
}

func TestDivergence(t *testing.T) {
	r, err := certify.Certify(context.Background(), certify.Options{
		Length: 2, Blocks: 5, Methods: []certify.Method{{Name: "too fast", Config: optim.SGD{LR: 10}}},
	})
	require.NoError(t, err)
	require.True(t, r.Runs[0].Diverged())
	require.Less(t, r.Runs[0].Iterations(), 500)
	var b bytes.Buffer
	require.NoError(t, r.WriteTable(&b))
	require.Contains(t, b.String(), "too fast         diverged       diverged        diverged")
	chart, err := r.Chart()
	require.NoError(t, err)
	require.NoError(t, chart.WriteSVG(&b))
}

func TestNotReached(t *testing.T) {
	r, err := certify.Certify(context.Background(), certify.Options{
		Length: 2, Blocks: 5, Iterations: 12, Methods: []certify.Method{{Name: "at rest", Config: optim.SGD{}}},
	})
	require.NoError(t, err)
	require.Equal(t, []int{certify.NotReached, certify.NotReached, certify.NotReached}, r.Runs[0].Hits)
	var b bytes.Buffer
	require.NoError(t, r.WriteTable(&b))
	require.Contains(t, b.String(), "not in 12")
}

func TestCSV(t *testing.T) {
	r := small(t)
	r.Runs[1].Method.Name = `heavy, "ball"`
	var b bytes.Buffer
	require.NoError(t, r.WriteCSV(&b))
	rows, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"gradients", "lower bound", "gradient descent", `heavy, "ball"`, "Nesterov", "Adam", "AdamW", "Adan", "Adan (paper)"}, rows[0])
	require.Equal(t, "1", rows[1][2], "f(0)/f(0)")
	for i, run := range r.Runs {
		last := run.Iterations()
		got, err := strconv.ParseFloat(rows[last+1][i+2], 64)
		require.NoError(t, err)
		require.Equal(t, run.Values[last]/r.Start, got)
		if last+2 < len(rows) {
			require.Empty(t, rows[last+2][i+2])
		}
	}
}

func TestCharts(t *testing.T) {
	r := small(t)
	o := certify.StudyOptions{Lengths: []int{1, 2}, Blocks: 20}
	pl, err := certify.StudyPL(context.Background(), o)
	require.NoError(t, err)
	convex, err := certify.StudyConvex(context.Background(), o)
	require.NoError(t, err)
	for name, make := range map[string]func() (*certify.Chart, error){"report": r.Chart, "pl": pl.Chart, "convex": convex.Chart} {
		chart, err := make()
		require.NoError(t, err, name)
		var svg, picture bytes.Buffer
		require.NoError(t, chart.WriteSVG(&svg), name)
		require.True(t, strings.HasPrefix(svg.String(), "<?xml"), name)
		for _, text := range []string{"gradient descent", "heavy ball", "Nesterov"} {
			require.Contains(t, svg.String(), text, name)
		}
		require.Equal(t, name != "convex", strings.Contains(svg.String(), "lower bound"), name)
		require.NoError(t, chart.WritePNG(&picture), name)
		img, err := png.Decode(&picture)
		require.NoError(t, err, name)
		require.Equal(t, 1280, img.Bounds().Dx(), name)
	}
	require.Contains(t, svgOf(t, r), "Hard PL function, 30 blocks of 2 coordinates")
}

func svgOf(t *testing.T, r *certify.Report) string {
	chart, err := r.Chart()
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, chart.WriteSVG(&b))
	return b.String()
}

func TestStudyRefuses(t *testing.T) {
	for want, o := range map[string]certify.StudyOptions{
		"block lengths [3], want at least two":      {Lengths: []int{3}},
		"block lengths [3 3], want ascending":       {Lengths: []int{3, 3}},
		"eps [2]":                                   {Eps: 2},
		"-5 iterations":                             {Iterations: -5},
		"hard function of -1 blocks":                {Blocks: -1},
		"certify: x: optim: no optimiser is descri": {Families: []certify.Family{{"x", func(_, _ float64) certify.Method { return certify.Method{Name: "x"} }}}},
	} {
		_, err := certify.StudyPL(context.Background(), o)
		require.ErrorContains(t, err, want)
	}
}

func TestStudyWithoutEnoughIterations(t *testing.T) {
	s, err := certify.StudyConvex(context.Background(), certify.StudyOptions{Lengths: []int{1, 2}, Iterations: 3})
	require.NoError(t, err)
	require.True(t, math.IsNaN(s.Rows[0].Exponent))
	var b bytes.Buffer
	require.NoError(t, s.WriteTable(&b))
	require.Contains(t, b.String(), "gradient descent  not reached  not reached         -")
	_, err = s.Chart()
	require.EqualError(t, err, "certify: chart: no method reached 1e-06·f(0), there is nothing to draw")
}

// The quadratic has its minimum where its gradient vanishes, the eigenvalues of its Hessian lie between
// μ and L, and it has the zero chain too.
func TestQuadratic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 30).Draw(t, "d")
		l := rapid.Float64Range(1, 100).Draw(t, "L")
		mu := l * rapid.Float64Range(1e-6, 0.9).Draw(t, "mu/L")
		q, err := certify.NewQuadratic(d, l, mu)
		require.NoError(t, err)
		x, grad := q.Optimum(), make([]float64, d)
		q.Gradient(x, grad)
		for _, g := range grad {
			require.InDelta(t, 0, g, 1e-12*l)
		}
		require.Zero(t, q.Value(x))
		c, err := certify.Sample(q, certify.SampleOptions{Around: x, Samples: 30})
		require.NoError(t, err)
		require.LessOrEqual(t, c.Smoothness, l*(1+1e-6))
		require.GreaterOrEqual(t, c.PL, mu*(1-1e-6), "μ-strong convexity implies the PL inequality")
		clear(x)
		k := rapid.IntRange(0, d).Draw(t, "k")
		for i := range k {
			x[i] = 1 + float64(i)
		}
		q.Gradient(x, grad)
		require.LessOrEqual(t, certify.Support(grad), k+1)
	})
}

func TestQuadraticRefuses(t *testing.T) {
	for _, c := range [][3]float64{{0, 2, 1}, {5, 1, 1}, {5, 1, 0}, {5, math.NaN(), 1}, {5, math.Inf(1), 1}} {
		_, err := certify.NewQuadratic(int(c[0]), c[1], c[2])
		require.ErrorContains(t, err, "and 0 < mu < L")
	}
}

// bowl is a·x²/2 in one dimension: L = μ = a.
type bowl struct{ a float64 }

func (bowl) Dim() int                     { return 1 }
func (b bowl) Value(x []float64) float64  { return b.a * x[0] * x[0] / 2 }
func (b bowl) Gradient(x, grad []float64) { grad[0] = b.a * x[0] }

func TestSample(t *testing.T) {
	c, err := certify.Sample(bowl{3}, certify.SampleOptions{})
	require.NoError(t, err)
	require.InDelta(t, 3, c.Smoothness, 1e-9)
	require.InDelta(t, 3, c.PL, 1e-9)
	require.Len(t, c.At, 1)
	_, err = certify.Sample(bowl{math.NaN()}, certify.SampleOptions{})
	require.ErrorContains(t, err, "sampled value NaN")
	_, err = certify.Sample(bowl{1}, certify.SampleOptions{Around: []float64{1, 2}, Radius: -1, Samples: -1})
	for _, want := range []string{"a point of 2 coordinates, want 1", "radius -1", "-1 samples"} {
		require.ErrorContains(t, err, want)
	}
}
