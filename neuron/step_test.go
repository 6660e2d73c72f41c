package neuron_test

import (
	"math"
	"testing"

	"couplet/neuron"
	"couplet/neuron/neurontest"

	"github.com/stretchr/testify/require"
)

// stepper drives one step-coded neuron by hand.
type stepper struct {
	t     *testing.T
	state neuron.State
	now   int64
}

func newStepper(t *testing.T, m neuron.Model, b neuron.Build) *stepper {
	t.Helper()
	b.N, b.TickMs = 1, 1
	state, err := m.Build(b)
	require.NoError(t, err)
	return &stepper{t: t, state: state}
}

// quantum is the unit of the input sums of the hand-driven neurons.
const quantum = 0x1p-20

// step lets a charge arrive and gives the sign of the spike, u_pre and u.
func (s *stepper) step(charge float64) (q int, pre, u float64) {
	s.now++
	var out neuron.Spikes
	s.state.(neuron.Clocked).Step(s.now, []neuron.Input{{Sum32: []int32{int32(charge / quantum)}, Quantum: quantum}}, &out)
	switch len(out.Neurons) {
	case 0:
	case 1:
		q = 1
		if out.Neurons[0] != 0 {
			require.Equal(s.t, neuron.Negative, out.Neurons[0])
			q = -1
		}
	default:
		s.t.Fatalf("%d spikes in one step", len(out.Neurons))
	}
	return q, s.state.Read(1, 0, s.now), s.state.Read(0, 0, s.now)
}

// expectStep is one row of a hand-computed example.
type expectStep struct {
	charge float64
	q      int
	pre, u float64
}

func (s *stepper) expect(rows []expectStep) {
	s.t.Helper()
	for k, row := range rows {
		q, pre, u := s.step(row.charge)
		require.Equal(s.t, row, expectStep{row.charge, q, pre, u}, "step %d", k+1)
	}
}

// OTTT, neuron equations: charge with the leak first, fire at u_pre ≥ V (a tie fires), soft reset.
func TestPaperOTTTNeuron(t *testing.T) {
	for _, single := range []bool{false, true} {
		newStepper(t, neuron.NewStepLIF(), neuron.Build{Single: single}).expect([]expectStep{
			{charge: 0.75, q: 0, pre: 0.75, u: 0.75},
			{charge: 0.5, q: 0, pre: 0.875, u: 0.875},   // 0.5·0.75 + 0.5: the input is not scaled
			{charge: 0.5625, q: 1, pre: 1, u: 0},        // a tie fires
			{charge: 3, q: 1, pre: 3, u: 2},             // subtraction keeps the excess
			{charge: 0, q: 1, pre: 1, u: 0},             // which may fire again
			{charge: -0.25, q: 0, pre: -0.25, u: -0.25}, // no floor
			{charge: 0.0625, q: 0, pre: -0.0625, u: -0.0625},
		})
	}
}

// The bias b of the charge equation is I_e; a stimulus current adds to it.
func TestPaperOTTTBias(t *testing.T) {
	m := neuron.NewStepLIF()
	m.Ie = 0.25
	s := newStepper(t, m, neuron.Build{})
	s.expect([]expectStep{{charge: 0, pre: 0.25, u: 0.25}, {charge: 0.5, pre: 0.875, u: 0.875}})
	s.state.SetCurrent(0, 0.5)
	s.expect([]expectStep{{charge: 0, q: 1, pre: 1.1875, u: 0.1875}})
	s.state.SetCurrent(0, -0.25)
	s.expect([]expectStep{{charge: 0, pre: 0.09375, u: 0.09375}})
}

// OTTT, accumulation identity: u_post[t] = W·â[t] + b·(1-λ^t)/(1-λ) - V·ŝ[t] with the traces
// â[t] = λ·â[t-1] + input[t] and ŝ likewise of the spikes; exact in short binary fractions.
func TestPaperOTTTAccumulationIdentity(t *testing.T) {
	m := neuron.NewStepLIF()
	m.Ie = 0.125
	s := newStepper(t, m, neuron.Build{})
	input, spikes, power, fired := 0.0, 0.0, 1.0, 0
	for k := range 30 {
		charge := float64((k*7)%5-1) / 4
		q, _, u := s.step(charge)
		fired += q
		input, spikes = input/2+charge, spikes/2+float64(q)
		power /= 2
		require.Equal(t, input+0.125*(1-power)/(1-0.5)-spikes, u)
	}
	require.Greater(t, fired, 5)
}

// StepIF is StepLIF with lambda = 1: nothing is lost.
func TestStepIF(t *testing.T) {
	rows := []expectStep{
		{charge: 0.75, pre: 0.75, u: 0.75},
		{charge: 0, pre: 0.75, u: 0.75},
		{charge: 0.25, q: 1, pre: 1, u: 0},
		{charge: 2.5, q: 1, pre: 2.5, u: 1.5},
		{charge: 0, q: 1, pre: 1.5, u: 0.5},
	}
	newStepper(t, neuron.NewStepIF(), neuron.Build{}).expect(rows)
	newStepper(t, neuron.StepLIF{VTh: 1, Lambda: 1}, neuron.Build{}).expect(rows)
}

// SPIDE, forward stage: a spike at V = 1 takes θ = V - r = 2 away; with a leak the stored u is that
// after the leak, which comes after the reset.
func TestPaperSPIDENeuron(t *testing.T) {
	newStepper(t, neuron.NewRestLIF(), neuron.Build{}).expect([]expectStep{
		{charge: 0.75, pre: 0.75, u: 0.75},
		{charge: 0.25, q: 1, pre: 1, u: -1},
		{charge: 1.5, pre: 0.5, u: 0.5},
		{charge: 3, q: 1, pre: 3.5, u: 1.5},
		{charge: 0, q: 1, pre: 1.5, u: -0.5},
	})
	m := neuron.NewRestLIF()
	m.Lambda = 0.5
	newStepper(t, m, neuron.Build{}).expect([]expectStep{
		{charge: 0.75, pre: 0.75, u: 0.375},
		{charge: 0.625, q: 1, pre: 1, u: -0.5},
		{charge: 0.25, pre: -0.25, u: -0.125},
	})
}

// SPIDE, equilibrium: summing the charge equation over T steps, θ·(number of spikes) = charge in - u[T],
// and |u[T]| ≤ V for an unsaturated neuron under V_rest = -V.
func TestPaperSPIDEChargeBalance(t *testing.T) {
	for _, x := range []float64{0.0625, 0.3125, 0.9375, 1.5, 1.9375} {
		s := newStepper(t, neuron.NewRestLIF(), neuron.Build{})
		spikes, u := 0, 0.0
		for range 64 {
			var q int
			q, _, u = s.step(x)
			spikes += q
		}
		require.Equal(t, 64*x-u, 2*float64(spikes))
		require.LessOrEqual(t, math.Abs(u), 1.0)
	}
}

// "The leak comes after the reset here and before the charge in OTTT: the stored membrane differs by
// the factor λ": with V_rest = 0 both give the same u_pre and spikes, bit for bit.
func TestRestLIFIsStepLIFSeenLater(t *testing.T) {
	const lambda = 0.9
	a := newStepper(t, neuron.StepLIF{VTh: 1, Lambda: lambda}, neuron.Build{})
	b := newStepper(t, neuron.RestLIF{VTh: 1, Lambda: lambda}, neuron.Build{})
	fired := 0
	for k := range 200 {
		charge := float64((k*37)%11-2) / 16
		qa, preA, ua := a.step(charge)
		qb, preB, ub := b.step(charge)
		fired += qa
		require.Equal(t, qa, qb)
		require.Equal(t, preA, preB)
		product := lambda * ua
		require.Equal(t, product, ub)
	}
	require.Greater(t, fired, 10)
}

// Before the first step u_pre is the initial u.
func TestStepInitialMembrane(t *testing.T) {
	s := newStepper(t, neuron.NewStepIF(), neuron.Build{Each: map[string][]float64{"u": {0.5}}})
	require.Equal(t, 0.5, s.state.Read(0, 0, 0))
	require.Equal(t, 0.5, s.state.Read(1, 0, 0))
	s.expect([]expectStep{{charge: 0.5, q: 1, pre: 1, u: 0}})
}

func TestStepRefusals(t *testing.T) {
	bad := neuron.RestLIF{VTh: 1, VRest: 1, Lambda: 1}.Validate()
	require.Len(t, bad, 1)
	require.EqualError(t, bad[0], "parameter V_rest: 1 must be less than V_th (1)")
	require.NotEmpty(t, neuron.StepLIF{VTh: 1, Lambda: 1.5}.Validate())
	_, err := neuron.StepIF{VTh: 1e-60}.Build(neuron.Build{N: 1, TickMs: 1, Single: true})
	require.EqualError(t, err, "neuron: if: V_th of 1e-60 does not fit in single precision")
}

// bitForBit is a tolerance that only equal numbers meet.
const bitForBit = math.SmallestNonzeroFloat64

func TestStepConformance(t *testing.T) {
	for _, m := range []neuron.Model{
		neuron.NewStepIF(), neuron.NewStepLIF(), neuron.NewRestLIF(), neuron.NewCouple(),
		neuron.StepLIF{VTh: 1, Lambda: 0.9}, neuron.RestLIF{VTh: 1, VRest: -1, Lambda: 0.99},
		neuron.Couple{VTh: 0.5, VRest: -0.5, Lambda: 0.8},
	} {
		t.Run(m.Info().Name, func(t *testing.T) {
			vary := map[string][2]float64{"V_th": {0.2, 2}, "I_e": {-0.3, 0.3}, "u": {-2, 2}}
			for _, p := range neuron.Params(m) {
				switch p.Name {
				case "lambda":
					vary[p.Name] = [2]float64{0, 1}
				case "V_rest":
					vary[p.Name] = [2]float64{-2, 0.1}
				}
			}
			neurontest.Run(t, m, neurontest.Options{Weight: 1.5, Current: 0.4, Vary: vary, Tolerance: bitForBit})
		})
	}
}

// Gaps of any length are passed in little time, and end where as many single steps end.
func TestStepLongGaps(t *testing.T) {
	const far = int64(1) << 60
	for name, tc := range map[string]struct {
		model neuron.Model
		start float64
		u     float64
	}{
		"if":            {neuron.NewStepIF(), 0.7, 0.7},
		"lif, power":    {neuron.NewStepLIF(), 0.7, 0},
		"lif":           {neuron.StepLIF{VTh: 1, Lambda: 0.25}, -0.3, 0},
		"lif, biased":   {neuron.StepLIF{VTh: 1, Lambda: 0.75, Ie: 0.125}, -0.3, 0.5},
		"rest":          {neuron.RestLIF{VTh: 1, VRest: -1, Lambda: 0.75, Ie: 0.125}, -0.3, 0.375},
		"no memory":     {neuron.StepLIF{VTh: 1, Lambda: 0, Ie: 0.125}, -0.3, 0.125},
		"couple":        {neuron.NewCouple(), -0.25, -0.25},
		"silent neuron": {neuron.StepLIF{VTh: 1, Lambda: 0.75}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStepper(t, tc.model, neuron.Build{Lazy: true, Each: map[string][]float64{"u": {tc.start}}})
			require.Equal(t, neuron.Never, s.state.(neuron.Lazy).Wake(0))
			require.InDelta(t, tc.u, s.state.Read(0, 0, far), 1e-15)
			s.state.(neuron.Lazy).Advance(0, far)
			require.InDelta(t, tc.u, s.state.Read(0, 0, far), 1e-15)
		})
	}
}

// Wake is exact for constant charges without leak, and at most two steps early with one.
func TestStepWake(t *testing.T) {
	for _, tc := range []struct {
		name  string
		model neuron.Model
		early int64
	}{
		{"if", neuron.StepIF{VTh: 1, Ie: 0.125}, 0},
		{"if, odd bias", neuron.StepIF{VTh: 1, Ie: 0.1}, 1},
		{"lif", neuron.StepLIF{VTh: 1, Lambda: 0.9375, Ie: 0.125}, 2},
		{"lif, nearly no leak", neuron.StepLIF{VTh: 1, Lambda: 1 - 0x1p-40, Ie: 0.125}, 1},
		{"rest", neuron.RestLIF{VTh: 1, VRest: -1, Lambda: 0.9375, Ie: 0.125}, 2},
		{"couple", neuron.Couple{VTh: 0.5, VRest: -0.5, Lambda: 1, Ie: -0.03125}, 0},
	} {
		for _, single := range []bool{false, true} {
			t.Run(tc.name, func(t *testing.T) {
				s := newStepper(t, tc.model, neuron.Build{Lazy: true, Single: single})
				promised := s.state.(neuron.Lazy).Wake(0)
				clocked := newStepper(t, tc.model, neuron.Build{Single: single})
				for q := 0; q == 0; {
					require.Less(t, clocked.now, int64(1000))
					q, _, _ = clocked.step(0)
				}
				require.LessOrEqual(t, promised, clocked.now)
				require.GreaterOrEqual(t, promised, clocked.now-tc.early)
			})
		}
	}
	// A limit I_e/(1 - lambda) below the threshold is never passed.
	s := newStepper(t, neuron.StepLIF{VTh: 1, Lambda: 0.875, Ie: 0.1249}, neuron.Build{Lazy: true})
	require.Equal(t, neuron.Never, s.state.(neuron.Lazy).Wake(0))
}
