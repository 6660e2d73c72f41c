package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// couplet run predicts of every sample what couplet eval does: the sums of its predictions are the confusion
// matrix, of a model of either rule.
func TestRunPredictsWhatEvalCounts(t *testing.T) {
	for name, text := range map[string]string{
		"ottt": "network: {fc: {hidden: [20]}}\nrule: {ottt: {ticks: 6}}\noptimiser: {adam: {lr: 0.02}}",
		"spide": "network: {ring: {plan: 16-12, feedback: dense}}\nrule: {spide: {t_forward: 15, t_backward: 30, leak: 0.95}}\n" +
			"optimiser: {adam: {lr: 0.02}}\nengine: event",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run, model := filepath.Join(dir, "run.yaml"), filepath.Join(dir, "trained")
			require.NoError(t, os.WriteFile(run, []byte("train: points\nseed: 5\ndata: {set: yinyang, samples: 300}\n"+text+"\nprecision: float64\nbatch: 20\nepochs: 2\n"), 0o666))
			code, _, stderr := command(t, t.Context(), "train", run, "--out", model, "--quiet")
			require.Equal(t, exitOK, code, stderr)
			const samples = 12
			confusion := map[string]int{}
			for k := range samples {
				code, stdout, stderr := command(t, t.Context(), "run", model, "--sample", fmt.Sprint(k), "--out", filepath.Join(dir, fmt.Sprint(k)))
				require.Equal(t, exitOK, code, stderr)
				found := regexp.MustCompile(fmt.Sprintf(`sample %d of test: class (\w+), predicted (\w+) `, k)).FindStringSubmatch(stdout)
				require.Len(t, found, 3, stdout)
				confusion[found[1]+" "+found[2]]++
			}
			table := "class  yin  yang  dot\n"
			for _, class := range []string{"yin", "yang", "dot"} {
				table += fmt.Sprintf("%-5s  %3d  %4d  %3d\n", class, confusion[class+" yin"], confusion[class+" yang"], confusion[class+" dot"])
			}
			code, stdout, stderr := command(t, t.Context(), "eval", model, "--first", fmt.Sprint(samples))
			require.Equal(t, exitOK, code, stderr)
			require.Contains(t, stdout, table)
			require.Greater(t, len(confusion), 2, "all samples are predicted alike")
		})
	}
}
