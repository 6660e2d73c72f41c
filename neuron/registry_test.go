package neuron_test

import (
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
)

// TestRegistry pins the names and their order, which files and the manual rely on.
func TestRegistry(t *testing.T) {
	var names []string
	for _, m := range neuron.All() {
		names = append(names, m.Info().Name)
		found, ok := neuron.ByName(m.Info().Name)
		require.True(t, ok)
		require.Equal(t, m, found)
		require.Empty(t, m.Validate(), "%s with its defaults", m.Info().Name)
	}
	require.Equal(t, []string{
		"iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha", "iaf_psc_exp_ps",
		"if", "lif", "lif_rest", "ternary_couple", "ternary_couple_pair",
		"parrot_neuron", "spike_source", "poisson_source",
	}, names)
	_, ok := neuron.ByName("parrot")
	require.False(t, ok, "there are no aliases")
	_, ok = neuron.ByName("")
	require.False(t, ok)
}

// TestDefaultsOfNEST holds the defaults against those that NEST documents.
func TestDefaultsOfNEST(t *testing.T) {
	common := map[string]float64{"C_m": 250, "tau_m": 10, "E_L": -70, "V_th": -55, "V_reset": -70, "t_ref": 2, "I_e": 0}
	synaptic := map[string]float64{"tau_syn_ex": 2, "tau_syn_in": 2}
	for name, more := range map[string]map[string]float64{
		"iaf_psc_delta": {"V_min": -1e6, "refractory_input": 0},
		"iaf_psc_exp":   synaptic,
		"iaf_psc_alpha": synaptic,
	} {
		m, _ := neuron.ByName(name)
		got := make(map[string]float64)
		for _, p := range neuron.Params(m) {
			got[p.Name] = p.Value(m)
		}
		for key, x := range common {
			require.Equal(t, x, got[key], "%s of %s", key, name)
			delete(got, key)
		}
		require.Equal(t, more, got, name)
	}
}
