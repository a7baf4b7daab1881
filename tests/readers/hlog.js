// Prints tag, count, median and greatest value of each line of an interval log, read by the JavaScript package
// hdr-histogram-js. usage: node hlog.js LOG
const { HistogramLogReader } = require('hdr-histogram-js');
const reader = new HistogramLogReader(require('fs').readFileSync(process.argv[2], 'utf8'));
for (let histogram; (histogram = reader.nextIntervalHistogram()); ) {
    console.log([histogram.tag, histogram.totalCount, histogram.getValueAtPercentile(50), histogram.maxValue].join(' '));
}
