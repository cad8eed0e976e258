using System.ComponentModel;

namespace Azure.Storage.Blobs.Models;

/// <summary>The codes with which the service refuses, to compare with <see cref="RequestFailedException.ErrorCode"/>.</summary>
/// <param name="value">The code as the service writes it.</param>
public readonly struct BlobErrorCode(string value) : IEquatable<BlobErrorCode>
{
    private readonly string _value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The signature or token is wrong.</summary>
    public static BlobErrorCode AuthenticationFailed { get; } = new(nameof(AuthenticationFailed));

    /// <summary>The request is not allowed.</summary>
    public static BlobErrorCode AuthorizationFailure { get; } = new(nameof(AuthorizationFailure));

    /// <summary>The blob is there and was not to be.</summary>
    public static BlobErrorCode BlobAlreadyExists { get; } = new(nameof(BlobAlreadyExists));

    /// <summary>The blob is not there.</summary>
    public static BlobErrorCode BlobNotFound { get; } = new(nameof(BlobNotFound));

    /// <summary>There are 100,000 uncommitted blocks.</summary>
    public static BlobErrorCode BlockCountExceedsLimit { get; } = new(nameof(BlockCountExceedsLimit));

    /// <summary>There are over 50,000 blocks in the list.</summary>
    public static BlobErrorCode BlockListTooLong { get; } = new(nameof(BlockListTooLong));

    /// <summary>A condition is not met.</summary>
    public static BlobErrorCode ConditionNotMet { get; } = new(nameof(ConditionNotMet));

    /// <summary>The container is there.</summary>
    public static BlobErrorCode ContainerAlreadyExists { get; } = new(nameof(ContainerAlreadyExists));

    /// <summary>The container was deleted less than about 30 seconds ago.</summary>
    public static BlobErrorCode ContainerBeingDeleted { get; } = new(nameof(ContainerBeingDeleted));

    /// <summary>The container is not there.</summary>
    public static BlobErrorCode ContainerNotFound { get; } = new(nameof(ContainerNotFound));

    /// <summary>The block's id is not of the others' length, or not base64.</summary>
    public static BlobErrorCode InvalidBlobOrBlock { get; } = new(nameof(InvalidBlobOrBlock));

    /// <summary>The block's id is not base64, or too long.</summary>
    public static BlobErrorCode InvalidBlockId { get; } = new(nameof(InvalidBlockId));

    /// <summary>A block of the list was never staged.</summary>
    public static BlobErrorCode InvalidBlockList { get; } = new(nameof(InvalidBlockList));

    /// <summary>The bytes asked for are past the end.</summary>
    public static BlobErrorCode InvalidRange { get; } = new(nameof(InvalidRange));

    /// <summary>The name has characters that are not allowed.</summary>
    public static BlobErrorCode InvalidResourceName { get; } = new(nameof(InvalidResourceName));

    /// <summary>The blob is leased.</summary>
    public static BlobErrorCode LeaseIdMissing { get; } = new(nameof(LeaseIdMissing));

    /// <summary>The service gave up; the change may have been made.</summary>
    public static BlobErrorCode OperationTimedOut { get; } = new(nameof(OperationTimedOut));

    /// <summary>The content is over the limit.</summary>
    public static BlobErrorCode RequestBodyTooLarge { get; } = new(nameof(RequestBodyTooLarge));

    /// <summary>Too many requests; try again later.</summary>
    public static BlobErrorCode ServerBusy { get; } = new(nameof(ServerBusy));

    /// <summary>The code as the service writes it.</summary>
    public static implicit operator BlobErrorCode(string value) => new(value);

    /// <summary>Compares, whatever the case. So for all operators here.</summary>
    public static bool operator ==(BlobErrorCode left, BlobErrorCode right) => left.Equals(right);

    /// <inheritdoc cref="op_Equality(BlobErrorCode, BlobErrorCode)"/>
    public static bool operator ==(BlobErrorCode code, string? value) => code.Equals(value);

    /// <inheritdoc cref="op_Equality(BlobErrorCode, BlobErrorCode)"/>
    public static bool operator ==(string? value, BlobErrorCode code) => code.Equals(value);

    /// <inheritdoc cref="op_Equality(BlobErrorCode, BlobErrorCode)"/>
    public static bool operator !=(BlobErrorCode left, BlobErrorCode right) => !left.Equals(right);

    /// <inheritdoc cref="op_Equality(BlobErrorCode, BlobErrorCode)"/>
    public static bool operator !=(BlobErrorCode code, string? value) => !code.Equals(value);

    /// <inheritdoc cref="op_Equality(BlobErrorCode, BlobErrorCode)"/>
    public static bool operator !=(string? value, BlobErrorCode code) => !code.Equals(value);

    /// <inheritdoc/>
    public bool Equals(BlobErrorCode other) => Equals(other._value);

    /// <summary>Compares, whatever the case.</summary>
    public bool Equals(string? value) => string.Equals(_value, value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object? obj) => obj is BlobErrorCode other && Equals(other);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    /// <inheritdoc/>
    public override string ToString() => _value;
}
