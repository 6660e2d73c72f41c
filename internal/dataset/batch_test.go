package dataset

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// squares is a data set of n images [1][8][8] of different values.
func squares(n int) *Images {
	m := &Images{channels: 1, rows: 8, columns: 8, classes: numbered(10)}
	for i := range n {
		m.labels = append(m.labels, int32(i%10))
		for k := range 64 {
			m.pixels = append(m.pixels, byte(i+k))
		}
	}
	return m
}

func TestBatchesInOrder(t *testing.T) {
	d := squares(10)
	b, err := NewBatches(d, BatchOptions{Size: 4})
	require.NoError(t, err)
	require.Equal(t, 3, b.Steps())
	require.Equal(t, []int{1, 8, 8}, b.Shape())
	x, labels := b.Buffers()
	require.Len(t, x, 4*64)
	for step, want := range [][]int{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}} {
		n, err := b.Load(7, step, x, labels)
		require.NoError(t, err)
		require.Equal(t, want, labels[:n])
		for k, i := range want {
			one, _ := sample(t, d, i)
			require.Equal(t, one, x[k*64:(k+1)*64])
		}
	}
	b, err = NewBatches(d, BatchOptions{Size: 4, DropLast: true})
	require.NoError(t, err)
	require.Equal(t, 2, b.Steps())
	b, err = NewBatches(d, BatchOptions{Size: 10})
	require.NoError(t, err)
	require.Equal(t, 1, b.Steps())
}

// Each epoch has every sample once, in an order of its own.
func TestBatchesShuffle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		b, err := NewBatches(squares(n), BatchOptions{Size: rapid.IntRange(1, n).Draw(t, "size"), Shuffle: true, Random: Random{Seed: rapid.Uint64().Draw(t, "seed")}})
		require.NoError(t, err)
		epoch := rapid.Uint64().Draw(t, "epoch")
		var all []int
		for step := range b.Steps() {
			part, err := b.Indices(epoch, step)
			require.NoError(t, err)
			all = append(all, part...)
		}
		order := make([]int, n)
		b.opt.Random.Order(order, epoch)
		require.Equal(t, order, all)
		slices.Sort(all)
		require.Equal(t, count(n), all)
	})
}

func everything() BatchOptions {
	return BatchOptions{
		Size: 8, Shuffle: true, Random: Random{Seed: 5},
		Augment:   []Augmentation{RandomCrop{Padding: 2}, HorizontalFlip{}, Cutout{Side: 3}},
		Normalise: MNISTNormalisation(),
	}
}

// A run that resumes anywhere sees what the uninterrupted run saw.
func TestBatchesResume(t *testing.T) {
	d := squares(50)
	type place struct {
		epoch uint64
		step  int
	}
	whole, err := NewBatches(d, everything())
	require.NoError(t, err)
	x, labels := whole.Buffers()
	seenX, seenLabels := map[place][]float32{}, map[place][]int{}
	for epoch := range uint64(3) {
		for step := range whole.Steps() {
			n, err := whole.Load(epoch, step, x, labels)
			require.NoError(t, err)
			seenX[place{epoch, step}], seenLabels[place{epoch, step}] = slices.Clone(x[:n*64]), slices.Clone(labels[:n])
		}
	}
	require.NotEqual(t, seenX[place{0, 0}], seenX[place{1, 0}])
	for _, start := range []place{{2, 6}, {1, 3}, {0, 0}, {2, 0}} {
		again, err := NewBatches(d, everything())
		require.NoError(t, err)
		n, err := again.Load(start.epoch, start.step, x, labels)
		require.NoError(t, err)
		require.Equal(t, seenX[start], x[:n*64], start)
		require.Equal(t, seenLabels[start], labels[:n])
	}
}

// How a sample is augmented depends on the epoch and on itself, not on the batch
// that it comes in.
func TestBatchesAugmentBySample(t *testing.T) {
	d := squares(50)
	opt := everything()
	byEight, err := NewBatches(d, opt)
	require.NoError(t, err)
	opt.Size, opt.Shuffle = 1, false
	single, err := NewBatches(d, opt)
	require.NoError(t, err)
	x, labels := byEight.Buffers()
	one, label := single.Buffers()
	for step := range byEight.Steps() {
		_, err := byEight.Load(3, step, x, labels)
		require.NoError(t, err)
		samples, err := byEight.Indices(3, step)
		require.NoError(t, err)
		for k, i := range samples {
			_, err := single.Load(3, i, one, label)
			require.NoError(t, err)
			require.Equal(t, one, x[k*64:(k+1)*64])
			require.Equal(t, label[0], labels[k])
		}
	}
}

// Padding and holes are black before the normalisation, not gray after it.
func TestBatchesNormaliseLast(t *testing.T) {
	b, err := NewBatches(squares(5), BatchOptions{Size: 5, Augment: []Augmentation{Cutout{Side: 16}}, Normalise: MNISTNormalisation()})
	require.NoError(t, err)
	x, labels := b.Buffers()
	_, err = b.Load(0, 0, x, labels)
	require.NoError(t, err)
	require.Equal(t, -float32(0.1307)/float32(0.3081), slices.Min(x))
	require.Contains(t, x, slices.Min(x))
}

func TestBatchesRefuse(t *testing.T) {
	d := squares(10)
	for text, opt := range map[string]BatchOptions{
		"batch size out of range (0); valid is 1 to 10":                  {},
		"batch size out of range (-3)":                                   {Size: -3},
		"batch is larger than the data (11); there are 10 samples":       {Size: 11},
		"random crop: padding out of range (9)":                          {Size: 1, Augment: []Augmentation{HorizontalFlip{}, RandomCrop{Padding: 9}}},
		"normalisation: wrong number of means (3); valid is 1 or 1, for": {Size: 1, Normalise: CIFAR10Normalisation()},
	} {
		_, err := NewBatches(d, opt)
		require.ErrorContains(t, err, text)
	}
	b, err := NewBatches(d, BatchOptions{Size: 4})
	require.NoError(t, err)
	x, labels := b.Buffers()
	for _, step := range []int{-1, 3} {
		_, err = b.Load(0, step, x, labels)
		require.ErrorContains(t, err, fmt.Sprintf("no such step (%d); an epoch has steps 0 to 2", step))
	}
	_, err = b.Load(0, 0, x[1:], labels)
	require.ErrorContains(t, err, "wrong lengths (255, 4); a batch of 4 samples of shape [1 8 8] needs 256, 4")
	_, err = b.Load(0, 0, x, labels[1:])
	require.ErrorContains(t, err, "wrong lengths (256, 3)")
}

// broken is a data set with a sample that cannot be read.
type broken struct{ *Images }

func (b broken) Sample(i int, dst []float32) (int, error) {
	if i == 6 {
		return 0, errDisk
	}
	return b.Images.Sample(i, dst)
}

func TestBatchesNameTheSample(t *testing.T) {
	b, err := NewBatches(broken{squares(10)}, BatchOptions{Size: 4})
	require.NoError(t, err)
	x, labels := b.Buffers()
	_, err = b.Load(2, 1, x, labels)
	require.True(t, errors.Is(err, errDisk))
	require.ErrorContains(t, err, "epoch 2, step 1, sample 6: ")
	_, err = Statistics(broken{squares(10)})
	require.ErrorIs(t, err, errDisk)
}

func TestBatchesAllocateNothing(t *testing.T) {
	b, err := NewBatches(squares(50), everything())
	require.NoError(t, err)
	x, labels := b.Buffers()
	epoch := uint64(0)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		epoch++
		for step := range b.Steps() {
			if _, err := b.Load(epoch, step, x, labels); err != nil {
				t.Fatal(err)
			}
		}
	}))
}
