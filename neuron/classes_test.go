package neuron

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestClasses: each neuron gets exactly its own parameters, equal ones share a class, and no class
// is without neurons.
func TestClasses(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(rt, "neurons")
		values := func(name string, of ...float64) []float64 {
			return rapid.SliceOfN(rapid.SampledFrom(of), n, n).Draw(rt, name)
		}
		each := map[string][]float64{
			"tau_m": values("tau_m", 10, 11, 12), "V_th": values("V_th", -55, -54), "I_e": values("I_e", 1, 2, 3),
			"refractory_input": values("refractory_input", 0, 1), "V_m": values("V_m", -70, -60),
		}
		distinct, class, err := classes(Build{N: n, TickMs: 0.1, Each: each}, NewPSCDelta(), "I_e")
		require.NoError(rt, err)
		used := make(map[PSCDelta]bool)
		for i := range n {
			want := NewPSCDelta()
			want.TauM, want.VTh, want.RefractoryInput = each["tau_m"][i], each["V_th"][i], each["refractory_input"][i] == 1
			got := distinct[0]
			if class != nil {
				got = distinct[class[i]]
			}
			require.Equal(rt, want, got)
			used[got] = true
		}
		require.Len(rt, distinct, len(used))
		require.Equal(rt, len(distinct) == 1, class == nil)
	})
}

// TestClassesOfUniformOverrides: a value that all neurons share makes one class with that value.
func TestClassesOfUniformOverrides(t *testing.T) {
	distinct, class, err := classes(Build{N: 2, TickMs: 0.1, Each: map[string][]float64{"tau_m": {7, 7}}}, NewPSCExp())
	require.NoError(t, err)
	require.Nil(t, class)
	want := NewPSCExp()
	want.TauM = 7
	require.Equal(t, []PSCExp{want}, distinct)
}

// TestEmptyShard: the last shards of a small population may have no neurons.
func TestEmptyShard(t *testing.T) {
	distinct, class, err := classes(Build{TickMs: 0.1, Each: map[string][]float64{"tau_m": {}}}, NewPSCExp())
	require.NoError(t, err)
	require.Nil(t, class)
	require.Equal(t, []PSCExp{NewPSCExp()}, distinct)
	for _, m := range []Model{NewPSCDelta(), NewPSCExp(), NewPSCAlpha(), NewParrot()} {
		state, err := m.Build(Build{TickMs: 0.1})
		require.NoError(t, err)
		in := make([]Input, len(m.Info().Ports))
		var out Spikes
		state.(Clocked).Step(1, in, &out)
		state, err = m.Build(Build{TickMs: 0.1, Lazy: true})
		require.NoError(t, err)
		state.(Lazy).Touch(1, nil, in, &out)
		require.Empty(t, out.Neurons)
	}
}

// TestBuildErrors pins the texts: what, where, and what would be right.
func TestBuildErrors(t *testing.T) {
	bad := NewPSCDelta()
	bad.TauM, bad.VReset = 0, -50
	for _, c := range []struct {
		model Model
		build Build
		want  string
	}{
		{NewPSCDelta(), Build{N: 1}, "neuron: the tick of iaf_psc_delta must be greater than 0 (0 ms)"},
		{NewPSCDelta(), Build{N: -1, TickMs: 1}, "neuron: a shard of iaf_psc_delta cannot start at neuron 0 and have -1 neurons; both must be at least 0"},
		{NewPSCDelta(), Build{N: 1, TickMs: 1, Each: map[string][]float64{"V_rest": {0}}},
			`neuron: iaf_psc_delta has nothing called "V_rest" that can differ between neurons; there is C_m, tau_m, E_L, V_th, V_reset, t_ref, I_e, V_min, refractory_input, V_m`},
		{NewPSCDelta(), Build{N: 2, TickMs: 1, Each: map[string][]float64{"V_m": {0}}}, "neuron: V_m of iaf_psc_delta has 1 values for 2 neurons"},
		{NewPSCDelta(), Build{First: 7, N: 2, TickMs: 1, Each: map[string][]float64{"V_m": {0, math.NaN()}}},
			"neuron: V_m of iaf_psc_delta must be a finite number (neuron 8: NaN mV)"},
		{NewPSCDelta(), Build{First: 7, N: 2, TickMs: 1, Each: map[string][]float64{"refractory_input": {1, 0.5}}},
			"neuron: refractory_input of iaf_psc_delta must be 0 or 1 (neuron 8: 0.5)"},
		{NewPSCExp(), Build{First: 7, N: 2, TickMs: 1, Each: map[string][]float64{"tau_syn_ex": {1, 0}}},
			"neuron: tau_syn_ex of iaf_psc_exp must be greater than 0 (neuron 8: 0 ms)"},
		{NewPSCDelta(), Build{First: 7, N: 3, TickMs: 1, Each: map[string][]float64{"V_th": {-55, -71, -71}}},
			"neuron: parameter V_reset: -70 mV must be less than V_th (-71 mV) (neuron 8)"},
		{bad, Build{N: 1, TickMs: 1}, "neuron: parameter tau_m: 0 ms must be greater than 0\n" +
			"neuron: parameter V_reset: -50 mV must be less than V_th (-55 mV)"},
		{PSCDelta{Cm: 1, TauM: 1, VTh: 1, VMin: -1, VReset: 0, TRef: 1e9}, Build{N: 1, TickMs: 0.1},
			"neuron: parameter t_ref: 1e+09 ms must be at most 2147483647 ticks of 0.1 ms"},
	} {
		_, err := c.model.Build(c.build)
		require.EqualError(t, err, c.want)
	}
}

// TestFloorBelowThreshold: a floor at the threshold would make a neuron fire for ever.
func TestFloorBelowThreshold(t *testing.T) {
	m := NewPSCDelta()
	m.VMin = -55
	require.Equal(t, []ParamError{{Param: "V_min", Message: "-55 mV must be less than V_th (-55 mV)"}}, m.Validate())
}

// TestManyClassesHaveNoTables: with a class per neuron, tables would outweigh the state.
func TestManyClassesHaveNoTables(t *testing.T) {
	require.Equal(t, 4096, tableLength(Build{Lazy: true}, 1))
	require.Zero(t, tableLength(Build{Lazy: true}, 1000))
	require.Zero(t, tableLength(Build{}, 1))
	thresholds := make([]float64, 100)
	for i := range thresholds {
		thresholds[i] = -50 - 0.01*float64(i)
	}
	state, err := NewPSCExp().Build(Build{N: 100, TickMs: 0.1, Lazy: true, Each: map[string][]float64{"V_th": thresholds}})
	require.NoError(t, err)
	s := state.(*expState[float64])
	require.Len(t, s.cells, 100)
	require.Empty(t, s.own[3].gaps)
	require.Empty(t, s.cells[3].leak.powers)
}

// TestParrot: k arrivals are k spikes of the same tick, whatever the hosting.
func TestParrot(t *testing.T) {
	state, err := NewParrot().Build(Build{First: 10, N: 4, TickMs: 0.1})
	require.NoError(t, err)
	wide := []Input{{Sum64: []int64{0, 2, 0, 1}, Quantum: 1}}
	var out Spikes
	state.(Clocked).Step(1, wide, &out)
	require.Equal(t, []uint32{11, 11, 13}, out.Neurons)
	require.Equal(t, []int64{0, 0, 0, 0}, wide[0].Sum64)

	out.Neurons = nil
	narrow := []Input{{Sum32: []int32{3, 2, 0, 1}, Quantum: 1}}
	state.(Lazy).Touch(2, []uint32{3, 2, 0}, narrow, &out)
	require.Equal(t, []uint32{13, 10, 10, 10}, out.Neurons)
	require.Equal(t, []int32{0, 2, 0, 0}, narrow[0].Sum32, "slots of others are left alone")
	require.Equal(t, Never, state.(Lazy).Wake(1))
}
