using System.ComponentModel;

namespace Azure.Storage.Queues.Models;

/// <summary>The codes with which the service refuses, to compare with <see cref="RequestFailedException.ErrorCode"/>.</summary>
/// <param name="value">The code as the service writes it.</param>
public readonly struct QueueErrorCode(string value) : IEquatable<QueueErrorCode>
{
    private readonly string _value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The signature or token is wrong.</summary>
    public static QueueErrorCode AuthenticationFailed { get; } = new(nameof(AuthenticationFailed));

    /// <summary>The request is not allowed.</summary>
    public static QueueErrorCode AuthorizationFailure { get; } = new(nameof(AuthorizationFailure));

    /// <summary>The queue's name is not 3 to 63 lower-case letters, digits and single hyphens.</summary>
    public static QueueErrorCode InvalidResourceName { get; } = new(nameof(InvalidResourceName));

    /// <summary>The message is not there.</summary>
    public static QueueErrorCode MessageNotFound { get; } = new(nameof(MessageNotFound));

    /// <summary>The message is over 64 KiB.</summary>
    public static QueueErrorCode MessageTooLarge { get; } = new(nameof(MessageTooLarge));

    /// <summary>The service gave up; the change may have been made.</summary>
    public static QueueErrorCode OperationTimedOut { get; } = new(nameof(OperationTimedOut));

    /// <summary>A time or number is out of its range.</summary>
    public static QueueErrorCode OutOfRangeQueryParameterValue { get; } = new(nameof(OutOfRangeQueryParameterValue));

    /// <summary>The message was received or updated since, and has another receipt.</summary>
    public static QueueErrorCode PopReceiptMismatch { get; } = new(nameof(PopReceiptMismatch));

    /// <summary>The queue is there, with other metadata.</summary>
    public static QueueErrorCode QueueAlreadyExists { get; } = new(nameof(QueueAlreadyExists));

    /// <summary>The queue was deleted less than about 30 seconds ago.</summary>
    public static QueueErrorCode QueueBeingDeleted { get; } = new(nameof(QueueBeingDeleted));

    /// <summary>The queue is not there.</summary>
    public static QueueErrorCode QueueNotFound { get; } = new(nameof(QueueNotFound));

    /// <summary>The request is over the limit, as with a message over 64 KiB.</summary>
    public static QueueErrorCode RequestBodyTooLarge { get; } = new(nameof(RequestBodyTooLarge));

    /// <summary>Too many requests; try again later.</summary>
    public static QueueErrorCode ServerBusy { get; } = new(nameof(ServerBusy));

    /// <summary>The code as the service writes it.</summary>
    public static implicit operator QueueErrorCode(string value) => new(value);

    /// <summary>Compares, whatever the case. So for all operators here.</summary>
    public static bool operator ==(QueueErrorCode left, QueueErrorCode right) => left.Equals(right);

    /// <inheritdoc cref="op_Equality(QueueErrorCode, QueueErrorCode)"/>
    public static bool operator ==(QueueErrorCode code, string? value) => code.Equals(value);

    /// <inheritdoc cref="op_Equality(QueueErrorCode, QueueErrorCode)"/>
    public static bool operator ==(string? value, QueueErrorCode code) => code.Equals(value);

    /// <inheritdoc cref="op_Equality(QueueErrorCode, QueueErrorCode)"/>
    public static bool operator !=(QueueErrorCode left, QueueErrorCode right) => !left.Equals(right);

    /// <inheritdoc cref="op_Equality(QueueErrorCode, QueueErrorCode)"/>
    public static bool operator !=(QueueErrorCode code, string? value) => !code.Equals(value);

    /// <inheritdoc cref="op_Equality(QueueErrorCode, QueueErrorCode)"/>
    public static bool operator !=(string? value, QueueErrorCode code) => !code.Equals(value);

    /// <inheritdoc/>
    public bool Equals(QueueErrorCode other) => Equals(other._value);

    /// <summary>Compares, whatever the case.</summary>
    public bool Equals(string? value) => string.Equals(_value, value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object? obj) => obj is QueueErrorCode other && Equals(other);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    /// <inheritdoc/>
    public override string ToString() => _value;
}
