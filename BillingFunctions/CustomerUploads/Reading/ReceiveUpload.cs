using System.Buffers;
using System.IO.Pipelines;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>Takes a file in: looks at its beginning, then writes it to a blob as it comes, block by block.</summary>
public sealed class ReceiveUpload(UploadBlobs blobs, TimeProvider time)
{
    /// <summary>The largest file, in bytes.</summary>
    public const long MaxBytes = 200L * 1024 * 1024;

    /// <summary>Stores it.</summary>
    /// <exception cref="UploadRefusedException">It is not a list of customers; says why.</exception>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">413: it is larger than <see cref="MaxBytes"/>.</exception>
    internal async Task<StoredFile> StoreAsync(UploadBody body, CancellationToken cancellationToken)
    {
        await using var metered = new MeteredBody(body.Content, MaxBytes);
        await using var text = await UploadText.OpenAsync(metered, cancellationToken);
        var reader = PipeReader.Create(text, new StreamPipeReaderOptions(bufferSize: CsvHeader.MaxBytes));
        var start = await reader.ReadAtLeastAsync(CsvHeader.MaxBytes, cancellationToken);
        var header = HeaderOf(start.Buffer.ToArray(), start.IsCompleted);
        reader.AdvanceTo(start.Buffer.Start);

        var blob = UploadBlobs.NewName(time.GetUtcNow());
        await blobs.WriteAsync(blob, reader.AsStream(), cancellationToken);
        return new StoredFile(blob, body.Name, text.Bytes, metered.Sha256(), header);
    }

    private static CsvHeader HeaderOf(ReadOnlyMemory<byte> start, bool isWhole)
    {
        var header = CsvHeader.Read(start, isWhole);
        CustomerColumns.From(header);
        return !isWhole || header.HasRows(start) ? header : throw new UploadRefusedException("There are no rows below the header.");
    }
}
