package manycore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/manycore"
)

// TestLibrary reads every chip of the library: all are named as their file, have sources, and every limit
// has its own and a grade.
func TestLibrary(t *testing.T) {
	require.Equal(t, []string{"loihi", "loihi_sanafe_fit", "odin", "truenorth"}, manycore.Names())
	for _, name := range manycore.Names() {
		c, err := manycore.Named(name)
		require.NoError(t, err)
		require.Equal(t, name, c.Name)
		require.NotEmpty(t, c.Sources)
		for _, l := range []manycore.Limit{
			c.Limits.NeuronsPerCore, c.Limits.SynapseBytesPerCore, c.Limits.AxonsInPerCore, c.Limits.AxonsOutPerCore,
			c.Limits.FanIn, c.Limits.FanOut, c.Limits.CoresPerNeuron, c.Limits.WeightBits, c.Limits.DelaySteps, c.Limits.DecayBits,
		} {
			require.Equal(t, l.Given(), l.Source != "")
			require.Equal(t, l.Given(), l.Grade != "")
		}
	}
	_, err := manycore.Named("lohii")
	require.ErrorContains(t, err, `manycore: unknown chip "lohii" (did you mean "loihi"?); valid: loihi, loihi_sanafe_fit, odin, truenorth, or a file`)
}

// TestLibraryFigures holds the chips against the figures of their sources.
func TestLibraryFigures(t *testing.T) {
	loihi, err := manycore.Named("loihi")
	require.NoError(t, err)
	require.Len(t, loihi.Cores, 128)
	require.EqualValues(t, 1024*128, 131_072)
	require.EqualValues(t, 16_384*8, loihi.Limits.SynapseBytesPerCore.Value)
	soma := loihi.Cores[0].Somas[0]
	require.InDelta(t, 81e-12, soma.Access.Energy.Value+soma.Update.Energy.Value, 1e-20, "active update")
	require.InDelta(t, 8.4e-9, soma.Access.Latency.Value+soma.Update.Latency.Value, 1e-18)
	require.Contains(t, loihi.Unpriced(), "axon_out output_axons: energy_message_out")

	truenorth, err := manycore.Named("truenorth")
	require.NoError(t, err)
	require.Len(t, truenorth.Cores, 4096)
	require.EqualValues(t, 1_048_576, 4096*truenorth.Limits.NeuronsPerCore.Value)
	require.Equal(t, 63, truenorth.Tiles[4095].X)

	odin, err := manycore.Named("odin")
	require.NoError(t, err)
	require.Len(t, odin.Cores, 1)
	require.EqualValues(t, 64<<10, odin.Limits.AxonsInPerCore.Value*odin.Limits.NeuronsPerCore.Value, "synapses of the crossbar")
}

// TestGoldenFit holds the fitted Loihi against the chip on which the golden networks were run.
func TestGoldenFit(t *testing.T) {
	want := goldenChip(t, "", "loihi_calibrated")
	have, err := manycore.Named("loihi_sanafe_fit")
	require.NoError(t, err)
	require.Equal(t, want.Sync, have.Sync)
	require.Equal(t, want.LinkBuffer, have.LinkBuffer)
	require.Equal(t, [2]int{want.Width, want.Height}, [2]int{have.Width, have.Height})
	require.Equal(t, len(want.Cores), len(have.Cores))
	require.Equal(t, want.Tiles[5].Hop, have.Tiles[5].Hop)
	w, h := &want.Cores[77], &have.Cores[77]
	require.Equal(t, w.MaxNeurons, h.MaxNeurons)
	require.Equal(t, w.AxonIn[0].Message, h.AxonIn[0].Message)
	require.Equal(t, w.AxonOut[0].Message, h.AxonOut[0].Message)
	require.Equal(t, w.Dendrites[0].Update, h.Dendrites[0].Update)
	require.ElementsMatch(t, w.Synapses, h.Synapses)
	require.ElementsMatch(t, w.Somas, h.Somas)
	require.Empty(t, have.Unpriced())
}
