package neuron_test

import (
	"testing"

	"couplet/neuron"
	"couplet/neuron/neurontest"

	"github.com/stretchr/testify/require"
)

func TestDeltaConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewPSCDelta(), neurontest.Options{
		Weight: 12, Current: 1000,
		Vary: map[string][2]float64{
			"C_m": {100, 400}, "tau_m": {2, 30}, "E_L": {-75, -65}, "V_th": {-60, -50}, "V_reset": {-80, -61},
			"t_ref": {0, 3}, "I_e": {-300, 1500}, "V_min": {-90, -66}, "refractory_input": {0, 1}, "V_m": {-95, -45},
		},
	})
}

func TestExpConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewPSCExp(), neurontest.Options{
		Weight: 2000, Current: 1000,
		Vary: map[string][2]float64{
			"C_m": {100, 400}, "tau_m": {2, 30}, "E_L": {-75, -65}, "V_th": {-60, -50}, "V_reset": {-80, -61},
			"t_ref": {0, 3}, "I_e": {-300, 1500}, "tau_syn_ex": {0.2, 20}, "tau_syn_in": {0.2, 20},
			"V_m": {-95, -45}, "I_syn_ex": {-500, 2000}, "I_syn_in": {-2000, 5000},
		},
	})
}

func TestAlphaConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewPSCAlpha(), neurontest.Options{
		Weight: 2000, Current: 1000,
		Vary: map[string][2]float64{
			"C_m": {100, 400}, "tau_m": {2, 30}, "E_L": {-75, -65}, "V_th": {-60, -50}, "V_reset": {-80, -61},
			"t_ref": {0, 3}, "I_e": {-300, 1500}, "tau_syn_ex": {0.2, 20}, "tau_syn_in": {0.2, 20},
			"V_m": {-95, -45}, "I_syn_ex": {-500, 2000}, "I_syn_in": {-2000, 5000},
			"dI_syn_ex": {-500, 2000}, "dI_syn_in": {-2000, 5000},
		},
	})
}

func TestParrotConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewParrot(), neurontest.Options{})
}

// TestAdvanceGoesForwardOnly: a neuron that is already past a tick is left alone.
func TestAdvanceGoesForwardOnly(t *testing.T) {
	for _, m := range []neuron.Model{neuron.NewPSCDelta(), neuron.NewPSCExp(), neuron.NewPSCAlpha()} {
		state, err := m.Build(neuron.Build{N: 1, TickMs: 0.1, Lazy: true, Each: map[string][]float64{"V_m": {-60}}})
		require.NoError(t, err)
		lazy := state.(neuron.Lazy)
		lazy.Advance(0, 50)
		v := lazy.Read(0, 0, 50)
		lazy.Advance(0, 30)
		require.Equal(t, v, lazy.Read(0, 0, 50))
		lazy.Advance(0, 51)
		require.Less(t, lazy.Read(0, 0, 51), v, "decays on")
	}
}
