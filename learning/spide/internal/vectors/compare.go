package vectors

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
)

// Close requires |have − want| ≤ tol·max(1, |want|) everywhere.
func Close[F layer.Real](t testing.TB, what string, want []float64, have []F, tol float64) {
	t.Helper()
	require.Len(t, have, len(want), what)
	for i, w := range want {
		if d := math.Abs(float64(have[i]) - w); !(d <= tol*max(1, math.Abs(w))) {
			require.Failf(t, what, "[%d] is %v, want %v within %g", i, have[i], w, tol)
		}
	}
}

// CrossEntropy is the mean cross entropy of a batch and its gradient.
func CrossEntropy[F layer.Real](logits []F, labels []float64) (loss float64, g []F) {
	classes := len(logits) / len(labels)
	for b, label := range labels {
		row, sum := logits[b*classes:][:classes], 0.0
		for _, v := range row {
			sum += math.Exp(float64(v))
		}
		for k, v := range row {
			p := math.Exp(float64(v)) / sum
			if k == int(label) {
				loss -= math.Log(p) / float64(len(labels))
				p--
			}
			g = append(g, F(p/float64(len(labels))))
		}
	}
	return loss, g
}
