package manycore

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestApportion: the parts add up to the number, and each is within one of its share.
func TestApportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1<<53).Draw(t, "n")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 1<<50)), 1, 12).Draw(t, "weights")
		parts := apportion(n, weights)
		require.Equal(t, n, sum(parts))
		total := sum(weights)
		if total == 0 {
			return
		}
		for i, part := range parts {
			// |part·total − n·weight| < total
			difference := new(big.Int).Sub(
				new(big.Int).Mul(big.NewInt(part), big.NewInt(total)),
				new(big.Int).Mul(big.NewInt(n), big.NewInt(weights[i])))
			require.Negative(t, difference.Abs(difference).Cmp(big.NewInt(total)))
		}
		require.Equal(t, weights, apportion(total, weights))
	})
	require.Equal(t, []int64{2, 2, 1}, apportion(5, []int64{1, 1, 1}), "the first ones are rounded up")
	require.Equal(t, []int64{7, 0}, apportion(7, []int64{0, 0}))
	require.Empty(t, apportion(7, nil))
}
