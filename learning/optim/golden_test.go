package optim_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/optim"
	"couplet/sim/golden"
)

// The golden trajectories come from the authors' optimiser (adan.py) and, for the paper's form, from an
// independent evaluation. The tolerances are those of testdata/golden/adan/README.md, but for clipping
// with given gradients, where 1e-12 takes the place of 1e-6: the norm is rounded as in the reference.
func TestGolden(t *testing.T) {
	for _, f := range golden.Files(t, "adan") {
		t.Run(f.Name, func(t *testing.T) {
			text, err := os.ReadFile(f.Path)
			require.NoError(t, err)
			var head struct {
				Format string            `json:"format"`
				Cases  []json.RawMessage `json:"cases"`
			}
			require.NoError(t, json.Unmarshal(text, &head))
			require.NotEmpty(t, head.Cases)
			for _, c := range head.Cases {
				switch head.Format {
				case "adan-trajectory-v1":
					runTrajectory(t, c)
				case "adan-paper-v1":
					runPaper(t, c)
				default:
					t.Fatalf("unknown format %q", head.Format)
				}
			}
		})
	}
}

type record struct {
	Step int         `json:"step"`
	V    [][]float64 `json:"v"`
}

type trajectory struct {
	Case struct {
		Name    string `json:"name"`
		Kind    string `json:"kind"`
		Options struct {
			LR      float64    `json:"lr"`
			Betas   [3]float64 `json:"betas"`
			Eps     float64    `json:"eps"`
			Decay   float64    `json:"weight_decay"`
			MaxNorm float64    `json:"max_grad_norm"`
			NoProx  bool       `json:"no_prox"`
		} `json:"options"`
		DType         string             `json:"dtype"`
		Sizes         []int              `json:"sizes"`
		Steps         int                `json:"steps"`
		GroupLR       []float64          `json:"group_lr"`
		RestartBefore []int              `json:"restart_before_step"`
		LRAtStep      map[string]float64 `json:"lr_at_step"`
	} `json:"case"`
	Init       [][]float64 `json:"init"`
	A          [][]float64 `json:"A"`
	B          []float64   `json:"b"`
	Grads      []record    `json:"grads"`
	Params     []record    `json:"params"`
	ExpAvg     []record    `json:"exp_avg"`
	ExpAvgSq   []record    `json:"exp_avg_sq"`
	ExpAvgDiff []record    `json:"exp_avg_diff"`
	NegPreGrad []record    `json:"neg_pre_grad"`
	Loss       []struct {
		Step int     `json:"step"`
		V    float64 `json:"v"`
	} `json:"loss"`
}

// tolerance is how far numbers may be off, and whether relative to themselves or to the largest entry
// of their vector: closed loops and float32 arithmetic have entries that are small differences.
func (c *trajectory) tolerance() tolerance {
	switch {
	case c.Case.DType == "f32":
		return tolerance{2e-6, false}
	case c.Case.Kind == "gradseq":
		return tolerance{1e-12, true}
	case c.Case.Options.MaxNorm > 0:
		return tolerance{1e-6, false}
	}
	return tolerance{1e-9, false}
}

func runTrajectory(t *testing.T, text json.RawMessage) {
	var c trajectory
	require.NoError(t, json.Unmarshal(text, &c))
	t.Run(c.Case.Name, func(t *testing.T) {
		switch c.Case.DType {
		case "f64":
			follow[float64](t, &c)
		case "f32":
			follow[float32](t, &c)
		default:
			t.Fatalf("unknown arithmetic %q", c.Case.DType)
		}
	})
}

// follow runs the optimiser beside a golden trajectory and compares all state whenever it is recorded.
//
// A closed loop may be chaotic: on Rosenbrock's function a start that differs in the last bit ends
// elsewhere (rosen2_clip: by 6e-5 after 180 steps, when the tolerance is 1e-6). So a twin runs along
// from such a start, and the comparison ends where the two have parted.
func follow[F optim.Real](t *testing.T, c *trajectory) {
	run, twin := newLoop[F](t, c), newLoop[F](t, c)
	closed := c.Case.Kind != "gradseq"
	if closed {
		first := &twin.params[0].Value[0]
		*first += F(math.Nextafter(1, 2)-1) * *first
	}
	compared, tol := 0, c.tolerance()
	for step := 1; step <= c.Case.Steps; step++ {
		loss := run.step(t, c, step)
		if closed {
			twin.step(t, c, step)
			if parted(toFloat64(run.params), toFloat64(twin.params), tol) {
				t.Logf("no comparison from step %d on: the last bit of the start decides", step)
				break
			}
		}
		for _, l := range c.Loss {
			if l.Step == step {
				requireNear(t, []float64{l.V}, []float64{loss}, tol, "loss before step %d", step)
			}
		}
		compared += c.compare(t, step, tol, toFloat64(run.params), run.opt.Columns())
	}
	require.GreaterOrEqual(t, compared, 3, "recorded steps")
	require.True(t, closed || compared == len(c.Params), "every recorded step")
}

// parted tells whether two runs differ by more than a hundredth of the tolerance.
func parted(a, b [][]float64, tol tolerance) bool {
	largest, apart := 0.0, 0.0
	for i := range a {
		for k := range a[i] {
			largest, apart = max(largest, math.Abs(a[i][k])), max(apart, math.Abs(a[i][k]-b[i][k]))
		}
	}
	return !(apart <= tol.relative/100*largest)
}

// loop is an optimiser on the gradients of a golden case.
type loop[F optim.Real] struct {
	params []*optim.Param[F]
	opt    optim.Optimizer[F]
	factor float64
}

func newLoop[F optim.Real](t *testing.T, c *trajectory) *loop[F] {
	o := c.Case.Options
	config := optim.Adan{
		LR: o.LR, Beta1: o.Betas[0], Beta2: o.Betas[1], Beta3: o.Betas[2],
		Eps: o.Eps, Decay: o.Decay, MaxNorm: o.MaxNorm, NoProx: o.NoProx,
	}
	l := &loop[F]{factor: 1}
	for i, v := range c.Init {
		l.params = append(l.params, &optim.Param[F]{Name: strconv.Itoa(i), Value: narrow[F](v), Grad: make([]F, len(v))})
	}
	groups := []optim.Group[F]{{Params: l.params}}
	if c.Case.GroupLR != nil {
		groups = nil
		for i, lr := range c.Case.GroupLR {
			own := config
			own.LR = lr
			groups = append(groups, optim.Group[F]{Params: l.params[i : i+1], Config: own})
		}
	}
	var err error
	l.opt, err = optim.Build(config, groups...)
	require.NoError(t, err)
	return l
}

// step makes one step and returns the loss before it, 0 if only gradients are given.
func (l *loop[F]) step(t *testing.T, c *trajectory, step int) float64 {
	if slices.Contains(c.Case.RestartBefore, step) {
		l.opt.Restart()
	}
	if lr, ok := c.Case.LRAtStep[strconv.Itoa(step)]; ok {
		l.factor = lr / c.Case.Options.LR
	}
	loss, grads := c.gradient(t, step, toFloat64(l.params))
	for i, g := range grads {
		copy(l.params[i].Grad, narrow[F](g))
	}
	require.NoError(t, l.opt.Step(l.factor))
	return loss
}

// gradient is the given gradient of a step, or loss and gradient of the objective at the parameters.
func (c *trajectory) gradient(t *testing.T, step int, at [][]float64) (float64, [][]float64) {
	switch c.Case.Kind {
	case "gradseq":
		require.Equal(t, step, c.Grads[step-1].Step)
		return 0, c.Grads[step-1].V
	case "quadratic":
		loss, grad := quadratic(c.A, c.B, at[0])
		return loss, [][]float64{grad}
	case "rosenbrock":
		loss, grad := rosenbrock(at[0])
		return loss, [][]float64{grad}
	}
	t.Fatalf("unknown kind %q", c.Case.Kind)
	return 0, nil
}

func (c *trajectory) compare(t *testing.T, step int, tol tolerance, params [][]float64, columns []optim.Column) int {
	at := slices.IndexFunc(c.Params, func(r record) bool { return r.Step == step })
	if at < 0 {
		return 0
	}
	values := map[string][]float64{}
	for _, col := range columns {
		values[col.Name] = slices.Concat(col.F64, widen(col.F32))
	}
	for i := range c.Init {
		name := strconv.Itoa(i)
		requireNear(t, c.Params[at].V[i], params[i], tol, "parameter %d after step %d", i, step)
		requireNear(t, c.ExpAvg[at].V[i], values[name+"/m"], tol, "m of %d after step %d", i, step)
		requireNear(t, c.ExpAvgSq[at].V[i], values[name+"/n"], tol, "n of %d after step %d", i, step)
		requireNear(t, c.ExpAvgDiff[at].V[i], values[name+"/v"], tol, "v of %d after step %d", i, step)
		minus := slices.Clone(values[name+"/g"])
		for k := range minus {
			minus[k] = -minus[k]
		}
		requireNear(t, c.NegPreGrad[at].V[i], minus, tol, "-g of %d after step %d", i, step)
	}
	return 1
}

type paperCase struct {
	Eta        float64     `json:"eta"`
	Beta1      float64     `json:"beta1"`
	Beta2      float64     `json:"beta2"`
	Beta3      float64     `json:"beta3"`
	Eps        float64     `json:"eps"`
	Lam        float64     `json:"lam"`
	Inside     bool        `json:"eps_inside_sqrt"`
	Seed       int         `json:"seed"`
	Init       []float64   `json:"init"`
	G          [][]float64 `json:"g"`
	Trajectory []struct {
		Theta []float64 `json:"theta"`
		M     []float64 `json:"m"`
		V     []float64 `json:"v"`
		N     []float64 `json:"n"`
	} `json:"trajectory"`
}

func runPaper(t *testing.T, text json.RawMessage) {
	var c paperCase
	require.NoError(t, json.Unmarshal(text, &c))
	t.Run("seed"+strconv.Itoa(c.Seed), func(t *testing.T) {
		p := &optim.Param[float64]{Name: "x", Value: slices.Clone(c.Init)}
		o, err := optim.Build(optim.AdanPaper{
			LR: c.Eta, Beta1: c.Beta1, Beta2: c.Beta2, Beta3: c.Beta3, Eps: c.Eps, Decay: c.Lam, EpsOutside: !c.Inside,
		}, optim.Group[float64]{Params: []*optim.Param[float64]{p}})
		require.NoError(t, err)
		require.Len(t, c.Trajectory, len(c.G)-1)
		for k, g := range c.G {
			p.Grad = slices.Clone(g)
			require.NoError(t, o.Step(1))
			if k == 0 {
				require.Equal(t, c.Init, p.Value, "the first gradient moves nothing")
				continue
			}
			want, state := c.Trajectory[k-1], o.Columns()
			tol := tolerance{1e-12, true}
			requireNear(t, want.Theta, p.Value, tol, "parameters after step %d", k)
			requireNear(t, want.M, state[2].F64, tol, "m after step %d", k)
			requireNear(t, want.V, state[3].F64, tol, "v after step %d", k)
			requireNear(t, want.N, state[4].F64, tol, "n after step %d", k)
		}
	})
}

// quadratic is f = x·Ax/2 - b·x and its gradient.
func quadratic(a [][]float64, b, x []float64) (float64, []float64) {
	f, grad := 0.0, make([]float64, len(x))
	for i := range x {
		for k := range x {
			grad[i] += a[i][k] * x[k]
		}
		f += x[i]*grad[i]/2 - b[i]*x[i]
		grad[i] -= b[i]
	}
	return f, grad
}

// rosenbrock is Σ 100·(x[i+1] - x[i]²)² + (1 - x[i])² and its gradient.
func rosenbrock(x []float64) (float64, []float64) {
	f, grad := 0.0, make([]float64, len(x))
	for i := range len(x) - 1 {
		a, b := x[i+1]-x[i]*x[i], 1-x[i]
		f += 100*a*a + b*b
		grad[i] += -400*a*x[i] - 2*b
		grad[i+1] += 200 * a
	}
	return f, grad
}

type tolerance struct {
	relative float64
	each     bool // to each number, not to the largest entry of the vector
}

// requireNear asks for every number to be as near to what is wanted as the tolerance says.
func requireNear(t *testing.T, want, got []float64, tol tolerance, format string, a ...any) {
	t.Helper()
	require.Len(t, got, len(want))
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i, w := range want {
		size := largest
		if tol.each {
			size = math.Abs(w)
		}
		if !(math.Abs(got[i]-w) <= tol.relative*size) {
			require.Failf(t, "too far", "entry %d: want %.17g, got %.17g; "+format, append([]any{i, w, got[i]}, a...)...)
		}
	}
}

func narrow[F optim.Real](s []float64) []F {
	out := make([]F, len(s))
	for i, x := range s {
		out[i] = F(x)
	}
	return out
}

func widen[F optim.Real](s []F) []float64 {
	out := make([]float64, len(s))
	for i, x := range s {
		out[i] = float64(x)
	}
	return out
}

func toFloat64[F optim.Real](params []*optim.Param[F]) [][]float64 {
	out := make([][]float64, len(params))
	for i, p := range params {
		out[i] = widen(p.Value)
	}
	return out
}
