// Package npz reads and writes archives of NumPy arrays (.npz: a zip file whose entries are .npy
// files), as
//
//	d = numpy.load("spikes.npz"); d["exc/tick"]
//
// opens them. The .npy format is NumPy enhancement proposal 1: a magic string, a version, a header
// that is a Python dictionary literal with the keys descr, fortran_order and shape, and the raw data.
//
//	w := npz.NewWriter(file)
//	err := npz.Put(w, "exc/tick", ticks)            // one dimension
//	err = npz.Put(w, "exc/values", values, 100, 8)  // 100 rows of 8
//	err = w.Close()
//
// Written archives carry no time stamps: the same arrays give the same bytes.
//
// An archive read with [Open] may come from anywhere. Sizes are believed only as far as data follow
// them, all arrays together are bounded by a limit, and every error names the array. Understood are
// little-endian arrays in C order of the types of [Number]. [OpenNumPy] takes single .npy files too.
//
// The package exists beside codeberg.org/sbinet/npyio because that library (v0.14.0) writes an empty
// array, the recording of a silent population, with the shape of a scalar, which NumPy then refuses,
// and trusts header and shape of what it reads.
package npz
