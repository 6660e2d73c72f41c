package ottt_test

import (
	"testing"

	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/layer"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// build makes the network of a file of vectors with its start parameters.
func build[F layer.Real](t testing.TB, v *vectors.Vectors) *ottt.Net[F] {
	net, err := ottt.New[F](v.Network(t))
	require.NoError(t, err)
	vectors.Load(t, v, net.Params())
	net.Changed()
	return net
}
