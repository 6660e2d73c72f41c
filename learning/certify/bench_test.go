package certify_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/certify"
)

// BenchmarkCertify is the run of a continuous integration: every optimiser on 800 coordinates, and both
// studies.
func BenchmarkCertify(b *testing.B) {
	for b.Loop() {
		r, err := certify.Certify(context.Background(), certify.Options{})
		require.NoError(b, err)
		require.NoError(b, r.Err())
		_, err = certify.StudyPL(context.Background(), certify.StudyOptions{})
		require.NoError(b, err)
		_, err = certify.StudyConvex(context.Background(), certify.StudyOptions{})
		require.NoError(b, err)
	}
}
