"""the first tables

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no sequences; see conversations/tables.py
        op.execute(sa.schema.CreateSequence(sa.Sequence("conversation_sequence")))
    op.create_table('failed_sign_ins',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(80), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('window_began_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_sign_ins')),
    sa.UniqueConstraint('key', name=op.f('uq_failed_sign_ins_key'))
    )
    with op.batch_alter_table('failed_sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_failed_sign_ins_window_began_at'), ['window_began_at'], unique=False)

    op.create_table('question_set',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sector', sa.String(20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_set'))
    )
    with op.batch_alter_table('question_set', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_set_sector'), ['sector'], unique=False)

    op.create_table('theme',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sector', sa.String(20), nullable=False),
    sa.Column('key', sa.String(40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.JSON(), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('include', sa.JSON(), nullable=False),
    sa.Column('exclude', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('sector', 'key', name=op.f('uq_theme_sector_key'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('path', sa.String(400), nullable=False),
    sa.Column('level', sa.String(20), nullable=False),
    sa.Column('name', sa.String(120), nullable=False),
    sa.Column('sector', sa.String(20), nullable=True),
    sa.Column('label', sa.String(20), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit'))
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unit_path'), ['path'], unique=False)

    op.create_table('issue',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('week', sa.String(8), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_issue_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue')),
    sa.UniqueConstraint('unit_id', 'week', name=op.f('uq_issue_unit_id_week'))
    )
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(254), nullable=False),
    sa.Column('name', sa.String(120), nullable=False),
    sa.Column('role', sa.String(20), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.String(2), nullable=False),
    sa.Column('password_hash', sa.String(200), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_person_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_unit_id'), ['unit_id'], unique=False)

    op.create_table('question_set_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('question_set_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_question_set_version_question_set_id_question_set')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_set_version')),
    sa.UniqueConstraint('question_set_id', 'number', name=op.f('uq_question_set_version_question_set_id_number'))
    )
    op.create_table('conversation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('first_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('replaced_by_id', sa.Uuid(), nullable=True),
    sa.Column('reference', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('question_set_version_id', sa.Uuid(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_week', sa.String(8), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('about', sa.JSON(), nullable=False),
    sa.Column('quote_scope', sa.String(20), nullable=True),
    sa.Column('sha256', sa.String(64), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_conversation_author_id_person')),
    sa.ForeignKeyConstraint(['first_id'], ['conversation.id'], name=op.f('fk_conversation_first_id_conversation')),
    sa.ForeignKeyConstraint(['question_set_version_id'], ['question_set_version.id'], name=op.f('fk_conversation_question_set_version_id_question_set_version')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['conversation.id'], name=op.f('fk_conversation_replaced_by_id_conversation')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_conversation_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation')),
    sa.UniqueConstraint('first_id', 'revision', name=op.f('uq_conversation_first_id_revision')),
    sa.UniqueConstraint('reference', 'revision', name=op.f('uq_conversation_reference_revision')),
    sa.UniqueConstraint('sequence', name=op.f('uq_conversation_sequence'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index('ix_conversation_author_id_received_at', ['author_id', 'received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_question_set_version_id'), ['question_set_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_replaced_by_id'), ['replaced_by_id'], unique=False)
        batch_op.create_index('ix_conversation_unit_id_held_week', ['unit_id', 'held_week'], unique=False)
        batch_op.create_index('ix_conversation_unit_id_received_at', ['unit_id', 'received_at'], unique=False)

    op.create_table('deed',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('verb', sa.String(60), nullable=False),
    sa.Column('object_id', sa.Uuid(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_deed_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deed'))
    )
    with op.batch_alter_table('deed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deed_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_deed_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deed_verb'), ['verb'], unique=False)

    op.create_table('reading',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('page', sa.String(80), nullable=False),
    sa.Column('conversations', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reading_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reading_person_id'), ['person_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('device', sa.String(60), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_token_hash'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_person_id'), ['person_id'], unique=False)

    op.create_table('coding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('suggested', sa.Boolean(), nullable=False),
    sa.Column('decision', sa.String(10), nullable=True),
    sa.Column('tone', sa.String(10), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_coding_conversation_id_conversation')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_coding_decided_by_id_person')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_coding_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coding')),
    sa.UniqueConstraint('conversation_id', 'theme_id', name=op.f('uq_coding_conversation_id_theme_id'))
    )
    with op.batch_alter_table('coding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coding_theme_id'), ['theme_id'], unique=False)

    op.create_table('issue_talk',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('issue_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_issue_talk_conversation_id_conversation')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_talk_issue_id_issue')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_talk')),
    sa.UniqueConstraint('conversation_id', name=op.f('uq_issue_talk_conversation_id'))
    )
    with op.batch_alter_table('issue_talk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_talk_issue_id'), ['issue_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('issue_talk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issue_talk_issue_id'))

    op.drop_table('issue_talk')
    with op.batch_alter_table('coding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coding_theme_id'))

    op.drop_table('coding')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_person_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reading_person_id'))
        batch_op.drop_index(batch_op.f('ix_reading_at'))

    op.drop_table('reading')
    with op.batch_alter_table('deed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deed_verb'))
        batch_op.drop_index(batch_op.f('ix_deed_person_id'))
        batch_op.drop_index(batch_op.f('ix_deed_at'))

    op.drop_table('deed')
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index('ix_conversation_unit_id_received_at')
        batch_op.drop_index('ix_conversation_unit_id_held_week')
        batch_op.drop_index(batch_op.f('ix_conversation_replaced_by_id'))
        batch_op.drop_index(batch_op.f('ix_conversation_question_set_version_id'))
        batch_op.drop_index('ix_conversation_author_id_received_at')

    op.drop_table('conversation')
    op.drop_table('question_set_version')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_unit_id'))

    op.drop_table('person')
    op.drop_table('issue')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_path'))
        batch_op.drop_index(batch_op.f('ix_unit_parent_id'))

    op.drop_table('unit')
    op.drop_table('theme')
    with op.batch_alter_table('question_set', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_set_sector'))

    op.drop_table('question_set')
    with op.batch_alter_table('failed_sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_failed_sign_ins_window_began_at'))

    op.drop_table('failed_sign_ins')
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.DropSequence(sa.Sequence("conversation_sequence")))
