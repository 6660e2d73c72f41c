//go:build slow

package main

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The models reach their accuracy on the test samples that they have not seen.
func TestShippedModelsSlow(t *testing.T) {
	for name, accuracy := range shippedModels(t) {
		code, stdout, stderr := command(t, t.Context(), "eval", filepath.Join(shipped, name), "--json")
		require.Equal(t, exitOK, code, stderr)
		var got struct {
			Accuracy float64 `json:"accuracy"`
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &got))
		require.Equal(t, accuracy, strconv.FormatFloat(100*got.Accuracy, 'f', 2, 64), name)
	}
}
