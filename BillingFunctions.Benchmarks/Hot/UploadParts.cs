using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>What a row of an upload takes before it is written.</summary>
public class UploadParts
{
    private const int Rows = 10_000;

    private byte[] _file = [];
    private CsvHeader _header = null!;
    private CustomerColumns _columns = null!;
    private List<UploadedRow> _rows = [];

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _file = Encoding.UTF8.GetBytes(CustomerCsvBuilder.File(CustomerCsvBuilder.Lines(
            Enumerable.Range(0, Rows), number => number.ToString("d8", CultureInfo.InvariantCulture), ("currency", "eur"), ("plan", "gold"))));
        _header = CsvHeader.Read(_file.AsMemory(0, CsvHeader.MaxBytes), isWhole: false);
        _columns = CustomerColumns.From(_header);
        _rows = await ReadFile().ToListAsync();
        if (Check() != Rows)
        {
            throw new InvalidOperationException("All rows must be good.");
        }
    }

    [Benchmark(Description = "upload, row split into cells", OperationsPerInvoke = Rows)]
    public async Task<int> SplitAsync() => await ReadFile().CountAsync();

    /// <summary>With what is kept of each id, to know one that comes twice.</summary>
    [Benchmark(Description = "upload, row checked", OperationsPerInvoke = Rows)]
    public int Check()
    {
        var (reader, errors, good) = (new CustomerRowReader(_columns), new List<RowError>(), 0);
        foreach (var row in _rows)
        {
            good += reader.Read(row, errors) is null ? 0 : 1;
        }

        return good;
    }

    private IAsyncEnumerable<UploadedRow> ReadFile() => new CsvRows(new MemoryStream(_file), _header).ReadAsync(CancellationToken.None);
}
