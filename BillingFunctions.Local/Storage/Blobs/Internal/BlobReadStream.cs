using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>Reads a blob piece by piece; memory stays at one piece, and a broken connection costs no more than one.</summary>
internal sealed class BlobReadStream : Stream
{
    private const int DefaultPiece = 4 * 1024 * 1024;

    private readonly BlobBaseClient _blob;
    private readonly BlobRequestConditions _conditions;
    private readonly long _length;
    private readonly int _piece;

    private ReadOnlyMemory<byte> _buffer;
    private long _bufferStart;
    private long _position;

    public BlobReadStream(BlobBaseClient blob, BlobProperties properties, BlobOpenReadOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Position);
        _blob = blob;
        _length = properties.ContentLength;
        _piece = options.BufferSize ?? DefaultPiece;
        _position = options.Position;
        _conditions = new BlobRequestConditions { LeaseId = options.Conditions?.LeaseId };
        if (!options.AllowModifications)
        {
            _conditions.IfMatch = properties.ETag;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _length || buffer.IsEmpty)
        {
            return 0;
        }

        if (_position < _bufferStart || _position >= _bufferStart + _buffer.Length)
        {
            await FetchAsync(cancellationToken);
        }

        var available = _buffer[(int)(_position - _bufferStart)..];
        var count = Math.Min(available.Length, buffer.Length);
        available[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // For callers that cannot wait otherwise, such as a parser of a library.
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        SeekOrigin.End => _length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        var range = new HttpRange(_position, Math.Min(_piece, _length - _position));
        var piece = await _blob.DownloadContentAsync(new BlobDownloadOptions { Range = range, Conditions = _conditions }, cancellationToken);
        _buffer = piece.Value.Content.ToMemory();
        _bufferStart = _position;
    }
}
