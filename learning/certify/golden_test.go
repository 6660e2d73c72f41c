package certify_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/certify"
	"couplet/learning/optim"
	"couplet/sim/golden"
)

// The golden files hold an independent evaluation of the construction: the scalar piece (1e-14), values
// and gradients (1e-12), the lower bound (exact) and iteration counts (±1).
func TestGolden(t *testing.T) {
	for _, f := range golden.Files(t, "pl") {
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
				case "pl-scalar-v1":
					checkScalar(t, c)
				case "pl-points-v1":
					checkPoints(t, c)
				case "pl-counts-v1":
					checkCounts(t, c)
				default:
					t.Fatalf("unknown format %q", head.Format)
				}
			}
		})
	}
}

func checkScalar(t *testing.T, text json.RawMessage) {
	var c struct {
		Y  float64   `json:"y"`
		X  []float64 `json:"x"`
		V  []float64 `json:"v"`
		DV []float64 `json:"dv"`
	}
	require.NoError(t, json.Unmarshal(text, &c))
	for i, x := range c.X {
		require.InDelta(t, c.V[i], certify.Piece(c.Y, x), 1e-14*math.Abs(c.V[i]), "v_%g(%g)", c.Y, x)
		slope := certify.PieceSlope(c.Y, x)
		require.InDelta(t, c.DV[i], slope, 1e-14*math.Abs(c.DV[i]), "v'_%g(%g)", c.Y, x)
		if x == 0 || x == c.Y {
			require.Zero(t, slope, "exactly, at %g with y = %g", x, c.Y)
		}
	}
}

func checkPoints(t *testing.T, text json.RawMessage) {
	var c struct {
		D      int       `json:"d"`
		B      []float64 `json:"b"`
		F0     float64   `json:"f0"`
		Points []struct {
			Name        string    `json:"name"`
			X           []float64 `json:"x"`
			F           float64   `json:"f"`
			Grad        []float64 `json:"grad"`
			XSupport    int       `json:"x_support_max"`
			GradSupport int       `json:"grad_support_max"`
		} `json:"points"`
	}
	require.NoError(t, json.Unmarshal(text, &c))
	f, err := certify.NewHard(size(t, text, "T"), size(t, text, "t"))
	require.NoError(t, err)
	require.Equal(t, c.D, f.Dim())
	require.InDeltaSlice(t, c.B, f.Optimum(), 1e-12)
	require.InDelta(t, c.F0, f.Value(make([]float64, c.D)), 1e-12*c.F0)
	grad := make([]float64, c.D)
	for _, p := range c.Points {
		require.InDelta(t, p.F, f.Value(p.X), 1e-12*math.Max(p.F, 1), p.Name)
		f.Gradient(p.X, grad)
		require.InDeltaSlice(t, p.Grad, grad, 1e-12, p.Name)
		require.Equal(t, p.XSupport, certify.Support(p.X), p.Name)
		require.Equal(t, p.GradSupport, certify.Support(grad), p.Name)
		require.LessOrEqual(t, certify.Support(grad), p.XSupport+1, "zero chain at %s", p.Name)
	}
}

// size reads the length "T" or the number of blocks "t" of a case: encoding/json takes them for one name.
func size(t *testing.T, text json.RawMessage, key string) int {
	var keys map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &keys))
	n, err := strconv.Atoi(string(keys[key]))
	require.NoError(t, err)
	return n
}

func checkCounts(t *testing.T, text json.RawMessage) {
	var c struct {
		L      float64   `json:"L"`
		F0     float64   `json:"f0"`
		Eps    []float64 `json:"eps"`
		Bounds []int     `json:"lower_bound_iters"`
		Runs   []struct {
			Optimizer struct {
				Name  string     `json:"name"`
				LR    float64    `json:"lr"`
				Beta  float64    `json:"beta"`
				Betas [3]float64 `json:"betas"`
				Eps   float64    `json:"eps"`
			} `json:"optimizer"`
			Hits []struct {
				Eps   float64 `json:"eps"`
				Iters int     `json:"iters"`
			} `json:"hits"`
			Support []int `json:"support_after_k"`
		} `json:"runs"`
	}
	require.NoError(t, json.Unmarshal(text, &c))
	require.EqualValues(t, certify.Smoothness, c.L)
	var methods []certify.Method
	for i, r := range c.Runs {
		o := r.Optimizer
		config, ok := map[string]optim.Config{
			"gd":   optim.SGD{LR: o.LR},
			"hb":   optim.HeavyBall{LR: o.LR, Momentum: o.Beta},
			"nag":  optim.Nesterov{LR: o.LR, Momentum: o.Beta},
			"adan": optim.Adan{LR: o.LR, Beta1: o.Betas[0], Beta2: o.Betas[1], Beta3: o.Betas[2], Eps: o.Eps},
		}[o.Name]
		require.True(t, ok, "unknown optimiser %q", o.Name)
		methods = append(methods, certify.Method{Name: o.Name + strconv.Itoa(i), Config: config})
	}
	report, err := certify.Certify(context.Background(), certify.Options{
		Length: size(t, text, "T"), Blocks: size(t, text, "t"), Eps: c.Eps, Methods: methods,
	})
	require.NoError(t, err)
	require.NoError(t, report.Err())
	require.Equal(t, c.Bounds, report.Bounds)
	require.InDelta(t, c.F0, report.Start, 1e-12*c.F0)
	for i, r := range c.Runs {
		require.Len(t, r.Hits, len(c.Eps))
		for k, hit := range r.Hits {
			require.Equal(t, c.Eps[k], hit.Eps)
			require.InDelta(t, hit.Iters, report.Runs[i].Hits[k], 1, "%s to %g", methods[i].Name, hit.Eps)
		}
		for k, support := range r.Support {
			require.Equal(t, support, report.Runs[i].Supports[k+1], "%s after %d iterations", methods[i].Name, k+1)
		}
	}
}
