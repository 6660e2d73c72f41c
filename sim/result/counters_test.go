package result_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim/result"
)

// counted is a run in which active and idle updates are told apart.
func counted() result.Run {
	r := clock()
	r.Activity.CountActive = true
	p := &r.Activity.Populations[0]
	p.Muted, p.Active, p.Idle = 3, 1500, 38_500
	r.Activity.Projections[0].Spikes = 7
	return r
}

func TestCountersAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, counted()))
	loaded, err := result.Load(dir)
	require.NoError(t, err)
	require.Equal(t, counted().Activity, loaded.Activity)

	s := summaryOf(t, counted())
	activity := s["activity"].(map[string]any)
	require.Equal(t, map[string]any{
		"name": "exc", "neurons": 4.0, "spikes": 10.0, "negative_spikes": 0.0, "muted_spikes": 3.0,
		"neuron_updates": 40_000.0, "active_updates": 1500.0, "idle_updates": 38_500.0, "rate": 2.5,
	}, activity["populations"].([]any)[0])
	require.Equal(t, 7.0, activity["projections"].([]any)[0].(map[string]any)["spikes"])
	totals := s["totals"].(map[string]any)
	require.Equal(t, 1500.0, totals["active_updates"])
	require.Equal(t, 38_500.0, totals["idle_updates"])
}

// TestOldCounters: a result from before these counters were there can be loaded; they are not taken for 0. What
// was loaded is written the same.
func TestOldCounters(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "out")
	require.NoError(t, result.Write(dir, counted()))
	path := filepath.Join(dir, "summary.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	later := regexp.MustCompile(`(?m)^ *"(active_updates|idle_updates|muted_spikes)": .*\n|(?m)^ *"spikes": 7,\n`)
	old := later.ReplaceAll(text, nil)
	require.Len(t, later.FindAll(text, -1), 6)
	require.NoError(t, os.WriteFile(path, old, 0o666))

	r, err := result.Load(dir)
	require.NoError(t, err)
	require.False(t, r.Activity.CountActive)
	require.Zero(t, r.Activity.Populations[0].Active+r.Activity.Populations[0].Idle+r.Activity.Populations[0].Muted)
	require.EqualValues(t, -1, r.Activity.Projections[0].Spikes)
	require.EqualValues(t, 10, r.Activity.Populations[0].Spikes)
	again := filepath.Join(base, "again")
	require.NoError(t, result.Write(again, *r))
	text, err = os.ReadFile(filepath.Join(again, "summary.json"))
	require.NoError(t, err)
	require.Equal(t, string(old), string(text))
}

func TestUpdatesMustAddUp(t *testing.T) {
	for _, change := range []func(active, idle *int64){
		func(active, _ *int64) { *active++ },
		func(active, idle *int64) { *active, *idle = -1, 40_001 },
		func(active, idle *int64) { *active, *idle = 40_001, -1 },
	} {
		r := counted()
		p := &r.Activity.Populations[0]
		change(&p.Active, &p.Idle)
		err := result.Write(filepath.Join(t.TempDir(), "out"), r)
		require.ErrorContains(t, err, `result: population "exc": `)
		require.ErrorContains(t, err, "must add up to 4 neurons x 10000 ticks")
	}
}
