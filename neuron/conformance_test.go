package neuron_test

import (
	"testing"

	"couplet/neuron"
	"couplet/neuron/neurontest"
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
			"V_m": {-95, -45}, "I_syn_ex": {-500, 2000}, "I_syn_in": {-2000, 500},
		},
	})
}

func TestAlphaConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewPSCAlpha(), neurontest.Options{
		Weight: 2000, Current: 1000,
		Vary: map[string][2]float64{
			"C_m": {100, 400}, "tau_m": {2, 30}, "E_L": {-75, -65}, "V_th": {-60, -50}, "V_reset": {-80, -61},
			"t_ref": {0, 3}, "I_e": {-300, 1500}, "tau_syn_ex": {0.2, 20}, "tau_syn_in": {0.2, 20},
			"V_m": {-95, -45}, "I_syn_ex": {-500, 2000}, "I_syn_in": {-2000, 500},
			"dI_syn_ex": {-500, 2000}, "dI_syn_in": {-2000, 500},
		},
	})
}

func TestParrotConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewParrot(), neurontest.Options{})
}
