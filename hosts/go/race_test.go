//go:build race

package remora_test

const raceDetector = true
