// Package dataset reads labelled data for training and cuts it into parts,
// epochs and batches.
//
// A [Dataset] is a numbered list of samples of one shape, each with a class
// label. Readers exist for
//
//   - idx files, the layout of MNIST and Fashion-MNIST ([OpenIDX], [OpenMNIST],
//     [OpenFashionMNIST]); [FetchMNIST] obtains MNIST as a Go module;
//   - CIFAR-10, official binary layout ([OpenCIFARBinary]) or archive of JPEG
//     files in class folders ([OpenJPEGTar]); [OpenCIFAR10] finds either;
//   - N-MNIST and other folders or zip files of 40-bit event recordings
//     ([OpenEvents]), as raw events or binned to frames ([Events.Frames]);
//   - comma-separated tables ([OpenTable], [OpenUCI], [OpenDigits]), among them
//     yin-yang ([OpenYinYang]), which [GenerateYinYang] also makes.
//
// [Open] finds them by the name that stands in a run file. The smallest complete
// use, three epochs of MNIST:
//
//	folder, err := dataset.FetchMNIST(ctx)
//	images, err := dataset.OpenMNIST(folder, dataset.Train, dataset.Options{})
//	random := dataset.Random{Seed: 1}
//	parts, err := random.SplitFractions(images, 0.9, 0.1)
//	batches, err := dataset.NewBatches(parts[0], dataset.BatchOptions{
//		Size: 128, Shuffle: true, Random: random, Normalise: dataset.MNISTNormalisation(),
//	})
//	x, labels := batches.Buffers()
//	for epoch := range uint64(3) {
//		for step := range batches.Steps() {
//			n, err := batches.Load(epoch, step, x, labels)
//			...
//		}
//	}
//
// # Values and axes
//
// Images are [channels][rows][columns] with values byte/255 of [0, 1]; row 0 is
// the top. Frames of events are [ticks][polarity][rows][columns] with event
// counts, polarity 0 being OFF. Table rows are [features], as written.
//
// # Determinism and resuming
//
// Nothing random has a state. Which part a sample falls in is a function of the
// seed; the order of an epoch, of seed and epoch; how a sample is augmented, of
// seed, epoch and sample. [Batches.Load] takes epoch and step, so that a run
// which resumes at (epoch, step) sees exactly what the uninterrupted run saw,
// and it does not matter how many workers load. See package rng for the streams
// shuffle, split and augment.
//
// # What a reader promises
//
//   - A file that is truncated, too long, of another format, whose counts do not
//     agree, or with a label out of range is refused with a [FormatError]: file,
//     byte offset, what was found, what would be valid.
//   - Memory is bounded by Options.MaxBytes, and sizes in a header are believed
//     only as far as data follow them.
//   - gzip is recognised by content, not by name. Byte offsets then count the
//     uncompressed data.
//   - No input makes a reader panic.
//
// Data are held in memory as bytes (images) or read when asked for (events). Any
// number of goroutines may use a Dataset at once; a Batches belongs to one.
package dataset
