package neurobench_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/neurobench"
	"couplet/hwmodel/opcount"
	"couplet/sim/golden"
)

// TestGoldenNeuroBench checks every case of every file with a case of a known kind. Expected values are
// printed with 12 digits.
func TestGoldenNeuroBench(t *testing.T) {
	found := 0
	for _, f := range golden.Files(t, "hwmodel") {
		text, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		if !isOurs(t, text) {
			continue
		}
		found++
		t.Run(f.Name, func(t *testing.T) {
			var file struct{ Cases []json.RawMessage }
			require.NoError(t, json.Unmarshal(text, &file))
			for k, raw := range file.Cases {
				var kind struct{ Kind string }
				require.NoError(t, json.Unmarshal(raw, &kind))
				check := kinds[kind.Kind]
				require.NotNil(t, check, "case %d of unknown kind %q", k, kind.Kind)
				t.Run(fmt.Sprintf("%d_%s", k, kind.Kind), func(t *testing.T) { check(t, raw) })
			}
		})
	}
	require.NotZero(t, found, "no file of cases was found")
}

// isOurs tells by the kinds of its cases whether a file is about metrics.
func isOurs(t *testing.T, text []byte) bool {
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &fields))
	var cases []struct{ Kind string }
	if json.Unmarshal(fields["cases"], &cases) != nil {
		return false
	}
	return slices.ContainsFunc(cases, func(c struct{ Kind string }) bool { return kinds[c.Kind] != nil })
}

var kinds = map[string]func(*testing.T, []byte){
	"linear_synops":       of(linearSynops.check),
	"conv2d_synops":       of(convSynops.check),
	"connection_sparsity": of(connections.check),
	"activation_sparsity": of(activations.check),
	"membrane_updates":    of(membranes.check),
	"footprint":           of(footprint.check),
	"smape":               of(vectors.checkSMAPE),
	"mse":                 of(vectors.checkMSE),
	"accuracy":            of(labels.check),
	"r2_two_columns":      of(columns.check),
}

// of decodes a case before it is checked.
func of[C any](check func(C, *testing.T)) func(*testing.T, []byte) {
	return func(t *testing.T, raw []byte) {
		var c C
		require.NoError(t, json.Unmarshal(raw, &c))
		check(c, t)
	}
}

// near compares with 12 printed digits.
func near(t *testing.T, want, have float64) {
	t.Helper()
	require.InDelta(t, want, have, 1e-11*max(1, math.Abs(want)))
}

// synops are the expected numbers of synaptic operations, per sample.
type synops struct {
	Samples int
	MACs    float64 `json:"effective_macs"`
	ACs     float64 `json:"effective_acs"`
	Dense   float64
}

func (s synops) check(t *testing.T, m opcount.Map, input []float64) {
	l, err := neurobench.NewLayer("layer", m)
	require.NoError(t, err)
	call, err := neurobench.Call(l, input)
	require.NoError(t, err)
	var all neurobench.SynapticOperations
	require.NoError(t, all.Add(s.Samples, call))
	have := all.Result()
	near(t, s.MACs, have.EffectiveMACs)
	near(t, s.ACs, have.EffectiveACs)
	near(t, s.Dense, have.Dense)
}

type linearSynops struct {
	synops
	Weight, Inputs [][]float64
}

func (c linearSynops) check(t *testing.T) {
	m := opcount.Dense{In: len(c.Weight[0]), Out: len(c.Weight), NonZero: opcount.NonZero(flat(c.Weight))}
	c.synops.check(t, m, flat(c.Inputs))
}

type convSynops struct {
	synops
	Weight          [][][][]float64
	Input           [][][]float64
	Stride, Padding int
}

func (c convSynops) check(t *testing.T) {
	two := func(n int) []int { return []int{n, n} }
	m := opcount.Conv{
		In: []int{len(c.Input), len(c.Input[0]), len(c.Input[0][0])}, Out: len(c.Weight),
		Kernel: []int{len(c.Weight[0][0]), len(c.Weight[0][0][0])}, Stride: two(c.Stride), Padding: two(c.Padding),
		NonZero: opcount.NonZero(flat(flat(flat(c.Weight)))),
	}
	c.synops.check(t, m, flat(flat(c.Input)))
}

func flat[T any](rows [][]T) []T {
	var list []T
	for _, r := range rows {
		list = append(list, r...)
	}
	return list
}

type connections struct {
	Weights      [][][]float64
	Value        float64
	Zeros, Total int64
}

func (c connections) check(t *testing.T) {
	var arrays [][]float64
	for _, w := range c.Weights {
		arrays = append(arrays, flat(w))
	}
	require.Equal(t, c.Value, neurobench.ConnectionSparsity(arrays...))
	require.Equal(t, c.Value, neurobench.SparsityOf(c.Zeros, c.Total))
}

type activations struct {
	Outputs [][]float64
	Value   float64
}

func (c activations) check(t *testing.T) {
	var a neurobench.Activations
	for _, step := range c.Outputs {
		neurobench.Record(&a, "layer", step)
	}
	near(t, c.Value, a.Sparsity())
	near(t, c.Value, a.ByLayer()[0].Value())
}

type membranes struct {
	Layer, Reset string
	Pre, Post    [][]float64
	Samples      int
	Value        float64
	Effective    float64 `json:"effective_neuron_ops"`
	Dense        float64 `json:"dense_neuron_ops"`
}

func (c membranes) check(t *testing.T) {
	kind, known := map[string]neurobench.NeuronType{
		"Leaky": neurobench.Leaky, "Synaptic": neurobench.Synaptic, "Lapicque": neurobench.Lapicque, "Alpha": neurobench.Alpha,
	}[c.Layer]
	require.True(t, known, c.Layer)
	reset, known := map[string]neurobench.Reset{"subtract": neurobench.Subtract, "zero": neurobench.Zero}[c.Reset]
	require.True(t, known, c.Reset)
	u, err := neurobench.MembraneUpdatesOf(c.Pre, c.Post)
	require.NoError(t, err)
	var updates neurobench.MembraneUpdates
	require.NoError(t, updates.Add(c.Samples, u))
	near(t, c.Value, updates.Result())
	var operations neurobench.NeuronOperations
	require.NoError(t, operations.Add(c.Samples, neurobench.NeuronLayer{Type: kind, Reset: reset, Updates: u}))
	effective, dense := operations.Result()
	near(t, c.Effective, effective)
	near(t, c.Dense, dense)
}

type footprint struct {
	Params, Buffers []struct {
		Shape []int
		Bytes int
	}
	Value int64
	Count int64 `json:"parameter_count"`
}

func (c footprint) check(t *testing.T) {
	var params, buffers []neurobench.Tensor
	for _, p := range c.Params {
		params = append(params, neurobench.Tensor{Shape: p.Shape, ElementBytes: p.Bytes})
	}
	for _, p := range c.Buffers {
		buffers = append(buffers, neurobench.Tensor{Shape: p.Shape, ElementBytes: p.Bytes})
	}
	bytes, err := neurobench.Footprint(params, buffers)
	require.NoError(t, err)
	require.Equal(t, c.Value, bytes)
	n, err := neurobench.ParameterCount(params)
	require.NoError(t, err)
	require.Equal(t, c.Count, n)
}

type vectors struct {
	Pred, Target []float64
	Value        float64
}

func (c vectors) checkSMAPE(t *testing.T) {
	have, err := neurobench.SMAPE(c.Pred, c.Target)
	require.NoError(t, err)
	near(t, c.Value, have)
}

func (c vectors) checkMSE(t *testing.T) {
	have, err := neurobench.MSE(c.Pred, c.Target)
	require.NoError(t, err)
	near(t, c.Value, have)
}

type labels struct {
	Pred, Target []int
	Value        float64
}

func (c labels) check(t *testing.T) {
	have, err := neurobench.ClassificationAccuracy(c.Pred, c.Target)
	require.NoError(t, err)
	near(t, c.Value, have)
}

type columns struct {
	Pred, Target [][2]float64
	Value        float64
}

func (c columns) check(t *testing.T) {
	var r neurobench.R2
	require.NoError(t, r.Add(c.Pred, c.Target))
	near(t, c.Value, r.Result())
}
