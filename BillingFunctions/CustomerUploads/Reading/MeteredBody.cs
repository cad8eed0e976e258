using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>Passes a request's file on, no more of it than is allowed, and takes its digest.</summary>
internal sealed class MeteredBody(Stream body, long limit) : OneWayStream
{
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;

    /// <summary>The SHA-256 of what has been read.</summary>
    public string Sha256() => Convert.ToHexStringLower(_sha.GetCurrentHash());

    /// <exception cref="BadHttpRequestException">413: there is more than is allowed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _bytes += count;
        if (_bytes > limit)
        {
            throw TooLarge(limit);
        }

        _sha.AppendData(buffer.Span[..count]);
        return count;
    }

    public static BadHttpRequestException TooLarge(long limit) =>
        new($"A file may have {limit / 1024 / 1024} MiB. Split it, with the header in each part.", StatusCodes.Status413PayloadTooLarge);

    protected override void Dispose(bool disposing)
    {
        _sha.Dispose();
        base.Dispose(disposing);
    }
}
