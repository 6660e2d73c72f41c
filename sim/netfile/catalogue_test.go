package netfile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever a file can name stands in the catalogue exactly once, with an explanation.
func TestCatalogue(t *testing.T) {
	names := map[string][]string{}
	for _, e := range Catalogue() {
		names[e.Kind] = append(names[e.Kind], e.Name)
		require.NotEmpty(t, e.Doc, e.Name)
		require.NotNil(t, e.Fields, e.Name)
		for _, f := range e.Fields {
			require.NotEmpty(t, f.Doc, e.Name+"."+f.Name)
			require.NotEmpty(t, f.Valid, e.Name+"."+f.Name)
		}
	}
	require.ElementsMatch(t, modelNames(), append(names[NeuronKind], names[SourceKind]...))
	require.Equal(t, driveNames, names[StimulusKind])
	require.Equal(t, variantNames(ruleVariants), names[RuleKind])
	require.Equal(t, synapseNames(), names[SynapseKind])
	require.Contains(t, names[SourceKind], eventsKind)
	require.NotContains(t, names[NeuronKind], spikeKind)
}

// The entry of a model says what the struct's tags say, with units.
func TestCatalogueEntry(t *testing.T) {
	e := populationEntry("iaf_psc_delta")
	require.Equal(t, NeuronKind, e.Kind)
	require.Equal(t, "mV", e.WeightUnit)
	byName := map[string]EntryField{}
	for _, f := range e.Fields {
		byName[f.Name] = f
	}
	require.Equal(t, "10 ms", byName["tau_m"].Default)
	require.Equal(t, "greater than 0", byName["tau_m"].Valid)
	require.Equal(t, "true or false", byName["refractory_input"].Valid)
	require.Equal(t, "V_m", e.Variables[0].Name)
	require.True(t, e.Variables[0].Init)
	require.Equal(t, "pA", populationEntry("iaf_psc_exp").WeightUnit)
	require.Empty(t, populationEntry("if").WeightUnit)
}
