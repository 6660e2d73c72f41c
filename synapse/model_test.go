package synapse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func plasticModels() []Plastic {
	return []Plastic{NewSTDP(), NewSTDPPowerLaw(), NewSTDPTriplet(), NewTsodyks2()}
}

func TestDefaultsAreValid(t *testing.T) {
	for _, m := range plasticModels() {
		require.NoError(t, m.Validate(), m.Name())
		for _, p := range Params(m) {
			require.Equal(t, p.Default, p.Value(m), "%s %s", m.Name(), p.Name)
			require.NotEmpty(t, p.Doc)
		}
	}
}

func TestParamsAreListedAndSet(t *testing.T) {
	list := Params(NewTsodyks2())
	require.Equal(t, []string{"U", "tau_rec", "tau_fac"}, []string{list[0].Name, list[1].Name, list[2].Name})
	require.Equal(t, "ms", list[1].Unit)
	m := With(NewTsodyks2(), list[1], 130)
	require.Equal(t, 130.0, m.(Tsodyks2).TauRec)
	require.Empty(t, Params(Fixed(1, 1)))
}

func TestSynapseErrors(t *testing.T) {
	stdp := func(change func(*STDP)) Synapse {
		s := NewSTDP()
		change(&s)
		return s
	}
	triplet := NewSTDPTriplet()
	triplet.Wmax = 0
	power := NewSTDPPowerLaw()
	power.Weight = Normal{Mean: 1, Std: 1}
	release := NewTsodyks2()
	release.U, release.TauRec = 1.5, 0
	for _, c := range []struct {
		synapse Synapse
		want    string
	}{
		{Static{}, "synapse: a synapse needs both a weight and a delay"},
		{Fixed(math.NaN(), 1), "synapse: weight: constant NaN must be a finite number"},
		{Fixed(1, math.Inf(1)), "synapse: delay: constant +Inf must be a finite number"},
		{stdp(func(s *STDP) { s.TauPlus = 0 }), "synapse: stdp: parameter tau_plus: 0 ms must be greater than 0"},
		{stdp(func(s *STDP) { s.Lambda = -1 }), "synapse: stdp: parameter lambda: -1 must be at least 0"},
		{stdp(func(s *STDP) { s.Wmax = 0 }), "synapse: stdp: parameter Wmax: 0 must not be 0"},
		{stdp(func(s *STDP) { s.Weight = Const(-1) }), "synapse: stdp: weights down to -1, but they must not be negative here (clip the distribution)"},
		{stdp(func(s *STDP) { s.Wmax = -2 }), "synapse: stdp: weights up to 1, but they must not be positive for a negative Wmax (clip the distribution)"},
		{stdp(func(s *STDP) { s.Weight = nil }), "synapse: a synapse needs both a weight and a delay"},
		{triplet, "synapse: stdp_triplet: parameter Wmax: 0 must be greater than 0"},
		{power, "synapse: stdp_pl: weights down to -7.5, but they must not be negative here (clip the distribution)"},
		{release, "synapse: tsodyks2: parameter U: 1.5 must be in [0, 1]\nsynapse: tsodyks2: parameter tau_rec: 0 ms must be greater than 0"},
	} {
		require.EqualError(t, c.synapse.Validate(), c.want)
	}
}

func TestReach(t *testing.T) {
	check := func(m Plastic, lo, hi float64) {
		gotLo, gotHi := m.Reach()
		require.Equal(t, [2]float64{lo, hi}, [2]float64{gotLo, gotHi}, m.Name())
	}
	check(NewSTDP(), 0, 100)
	check(STDP{Weight: Const(-3), Wmax: -2}, -3, 0)
	check(NewSTDPPowerLaw(), 0, math.Inf(1))
	check(NewSTDPTriplet(), 0, 100)
	check(Tsodyks2{Weight: Uniform{-2, 3}}, -2, 3)
}

// Inhibitory weights mirror excitatory ones.
func TestNegativeWmaxMirrors(t *testing.T) {
	run := func(sign float64) []handed {
		rows := &testRows{}
		rows.add(0, 0, 3, sign*2, 0)
		m := NewSTDP()
		m.Wmax, m.Lambda = sign*4, 0.3
		p, err := m.Plasticity(rows, 1, testTick)
		require.NoError(t, err)
		return play(rows, p, [][]int64{{10, 50, 90}}, [][]int64{{30, 40, 80}}, 0, 100, nil)
	}
	up, down := run(1), run(-1)
	require.Len(t, up, 3)
	for i := range up {
		require.Equal(t, up[i].weight, -down[i].weight)
	}
	require.NotEqual(t, up[0].weight, up[2].weight)
}

func TestPlasticDelaysMustBePositive(t *testing.T) {
	rows := &testRows{}
	rows.add(0, 0, 0, 1, 0)
	for _, m := range plasticModels() {
		_, err := m.Plasticity(rows, 1, testTick)
		require.EqualError(t, err, "synapse: plastic synapses need a delay of at least 1 tick (row 0 has 0)")
	}
}

// A state that does not fit is refused and changes nothing.
func TestRestoreRefuses(t *testing.T) {
	rows := &testRows{}
	rows.add(0, 0, 1, 1, 0)
	rows.add(1, 1, 1, 1, 1)
	p, err := NewSTDPTriplet().Plasticity(rows, 2, testTick)
	require.NoError(t, err)
	play(rows, p, [][]int64{{3, 20}, {4}}, [][]int64{{2, 9}, {5}}, 0, 40, nil)
	with := func(changed Column) []Column {
		var list []Column
		for _, c := range p.Save() {
			if c.Name == changed.Name {
				c = changed
			}
			list = append(list, c)
		}
		return list
	}
	for _, c := range []struct {
		saved []Column
		want  string
	}{
		{nil, `synapse: saved state: column "last" is missing`},
		{with(Column{Name: "settled", I64: []int64{1}}), `synapse: saved state: column "settled" has 1 whole numbers, want 2`},
		{with(Column{Name: "trace", F64: []float64{1}}), `synapse: saved state: column "trace" has 1 numbers, want 2`},
		{with(Column{Name: "trace_slow", F64: []float64{1, math.NaN()}}), `synapse: saved state: column "trace_slow", entry 1: NaN is not a finite number`},
		{with(Column{Name: "post_fast", F64: []float64{1}}), `synapse: saved state: column "post_fast" has 1 numbers, want 3`},
		{with(Column{Name: "post_slow"}), `synapse: saved state: column "post_slow" has 0 numbers, want 3`},
		{with(Column{Name: "post_start", I64: []int64{0, 3}}), `synapse: saved state: column "post_start" has 2 whole numbers, want 3`},
		{with(Column{Name: "post_start", I64: []int64{0, 2, 4}}), `synapse: saved state: history rows cover [0, 4), want [0, 3)`},
		{with(Column{Name: "post_start", I64: []int64{0, 5, 3}}), `synapse: saved state: history row 1 ends before it starts`},
		{with(Column{Name: "post_tick", I64: []int64{9, 2, 5}}), `synapse: saved state: history of neuron 0 is not in order of time (tick 2 after 9)`},
	} {
		before := p.Save()
		require.EqualError(t, p.Restore(c.saved), c.want)
		require.Equal(t, before, p.Save())
	}
	release, err := NewTsodyks2().Plasticity(rows, 2, testTick)
	require.NoError(t, err)
	require.EqualError(t, release.Restore(nil), `synapse: saved state: column "last" is missing`)
}

// Whatever a damaged file holds, Restore refuses it or the run goes on without a panic.
func TestRestoreSurvivesDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model, s := drawModel(t), drawScenario(t, 4)
		middle := s.ticks / 2
		p, err := model.Plasticity(s.rows, len(s.post), testTick)
		require.NoError(t, err)
		play(s.rows, p, s.pre, s.post, 0, middle, nil)
		saved := p.Save()
		number := rapid.OneOf(rapid.Int64Range(-2, 50), rapid.Int64())
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			c := &saved[rapid.IntRange(0, len(saved)-1).Draw(t, "column")]
			switch {
			case rapid.Bool().Draw(t, "replace"):
				c.I64 = rapid.SliceOfN(number, 0, 6).Draw(t, "whole numbers")
			case len(c.I64) > 0:
				c.I64[rapid.IntRange(0, len(c.I64)-1).Draw(t, "at")] = number.Draw(t, "whole number")
			case len(c.F64) > 0:
				c.F64[rapid.IntRange(0, len(c.F64)-1).Draw(t, "at")] = rapid.Float64().Draw(t, "number")
			}
		}
		if p.Restore(saved) == nil {
			play(s.rows, p, s.pre, s.post, middle, s.ticks, func(now int64) { p.CatchUp(now) })
		}
	})
}
