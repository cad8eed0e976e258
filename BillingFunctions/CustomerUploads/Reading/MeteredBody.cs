using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>Passes a request's file on, no more of it than is allowed, and takes its digest.</summary>
internal sealed class MeteredBody(Stream body, long limit) : Stream
{
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _sha.Dispose();
        base.Dispose(disposing);
    }
}
