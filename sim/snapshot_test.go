package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/golden"
)

// TestSplitRunEqualsWholeRun stops every golden network of moderate size in the middle, restores
// it from a snapshot and runs on: spikes, potentials and weights are those of the whole run, and the
// snapshots at the end are equal byte for byte - in both hostings and with one and two workers.
func TestSplitRunEqualsWholeRun(t *testing.T) {
	ctx := context.Background()
	for _, f := range golden.Files(t, "nest") {
		c, err := golden.Load(f.Path)
		require.NoError(t, err)
		if synapsesOf(c.Network) > 10_000 {
			continue // the same code on more of the same; the golden test runs them whole
		}
		for _, host := range []sim.Hosting{sim.ClockedHosting, sim.LazyHosting} {
			for _, workers := range []int{1, 2} {
				t.Run(fmt.Sprintf("%s/%v/%d", f.Name, host, workers), func(t *testing.T) {
					p, err := sim.Compile(c.Network, sim.Options{Host: host, Workers: workers, CountActive: true})
					require.NoError(t, err)
					whole := p.Start()
					require.NoError(t, whole.RunTicks(ctx, c.Ticks))

					part := p.Start()
					for _, ticks := range []int64{c.Ticks / 3, 1, c.Ticks - c.Ticks/3 - 1} {
						require.NoError(t, part.RunTicks(ctx, ticks))
						part, err = part.Branch()
						require.NoError(t, err)
					}
					require.NoError(t, c.Check(part, c.Ticks))
					require.True(t, bytes.Equal(snapshot(t, whole), snapshot(t, part)), "snapshots differ")
					require.Equal(t, whole.Activity(), part.Activity())
				})
			}
		}
	}
}

func snapshot(t testing.TB, s *sim.Simulator) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, s.Snapshot(&b))
	return b.Bytes()
}

// TestResetKeepsWeights runs a plastic network twice: the second run begins with the weights that
// the first one left and with everything else as at the start.
func TestResetKeepsWeights(t *testing.T) {
	c, err := golden.Load("../testdata/golden/nest/stdp_net40_additive.json")
	require.NoError(t, err)
	p, err := sim.Compile(c.Network, sim.Options{})
	require.NoError(t, err)
	s := p.Start()
	plastic := c.Network.Recorders[len(c.Network.Recorders)-1].Of
	require.NotNil(t, plastic)
	require.NoError(t, s.RunTicks(context.Background(), c.Ticks))
	learned := map[uint64]float64{} // the last weight that each synapse handed on
	log := s.Weights()[0]
	for k, w := range log.Weights {
		learned[log.Ordinals[k]] = w
	}

	require.NoError(t, s.Reset())
	require.Zero(t, s.Tick())
	require.Zero(t, s.Spikes()[0].Len())
	kept, err := s.FinalWeights(plastic, 0)
	require.NoError(t, err)
	initial, err := p.Start().FinalWeights(plastic, 0)
	require.NoError(t, err)
	require.NotEmpty(t, learned)
	for k, w := range kept.Weights {
		want, spoke := learned[kept.Ordinals[k]]
		if !spoke {
			want = initial.Weights[k]
		}
		require.Equal(t, want, w)
	}
	require.NotEqual(t, initial.Weights, kept.Weights)
	require.NoError(t, s.RunTicks(context.Background(), 100))
}

// TestRestoreRefusesOtherPrograms checks the sentence that each mismatch gets.
func TestRestoreRefusesOtherPrograms(t *testing.T) {
	c, err := golden.Load("../testdata/golden/nest/exp_net100.json")
	require.NoError(t, err)
	compile := func(o sim.Options) *sim.Program {
		p, err := sim.Compile(c.Network, o)
		require.NoError(t, err)
		return p
	}
	saved := snapshot(t, compile(sim.Options{Workers: 2, Host: sim.ClockedHosting}).Start())
	for want, o := range map[string]sim.Options{
		"taken with 2 workers": {Workers: 1, Host: sim.ClockedHosting},
		"taken with seed":      {Workers: 2, Host: sim.ClockedHosting, Seed: 99},
		"with another hosting": {Workers: 2, Host: sim.LazyHosting},
	} {
		_, err := compile(o).Restore(bytes.NewReader(saved))
		require.ErrorIs(t, err, sim.ErrSnapshot)
		require.ErrorContains(t, err, want)
	}
	workers, seed, tick, err := sim.SnapshotInfo(bytes.NewReader(saved))
	require.NoError(t, err)
	require.Equal(t, []any{2, c.Network.Seed, int64(0)}, []any{workers, seed, tick})
	for n := range len(saved) {
		_, err := compile(sim.Options{Workers: 2, Host: sim.ClockedHosting}).Restore(bytes.NewReader(saved[:n]))
		require.ErrorIs(t, err, sim.ErrSnapshot)
		if n > 600 {
			break
		}
	}
}

// FuzzRestore feeds damaged snapshots, with a right checksum so that the damage is not found at
// once: they are refused or give a simulator that runs.
func FuzzRestore(f *testing.F) {
	var programs []*sim.Program
	for k, name := range []string{"shortterm", "stdp_triplet", "hetero_net60", "ps_inputs"} {
		c, err := golden.Load("../testdata/golden/nest/" + name + ".json")
		require.NoError(f, err)
		p, err := sim.Compile(c.Network, sim.Options{Workers: 1 + k%2, Host: sim.LazyHosting})
		require.NoError(f, err)
		s := p.Start()
		require.NoError(f, s.RunTicks(context.Background(), 60+int64(300*k)))
		programs = append(programs, p)
		f.Add(uint8(k), snapshot(f, s))
	}
	f.Fuzz(func(t *testing.T, k uint8, data []byte) {
		if len(data) >= 8 {
			sum := crc32.ChecksumIEEE(data[:len(data)-8])
			data = append(bytes.Clone(data[:len(data)-8]), byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24), 0, 0, 0, 0)
		}
		s, err := programs[int(k)%len(programs)].Restore(bytes.NewReader(data))
		if err != nil {
			require.ErrorIs(t, err, sim.ErrSnapshot)
			return
		}
		_ = s.RunTicks(context.Background(), 50)
	})
}
